"""Many logical qubits on one machine of cores and CPUs: simulated, and small for real."""
