"""The contract between golden, hdl, sim and host: graphs, lengths, images, results."""
