"""Parts of boards against the contract, in the Amaranth simulator."""
