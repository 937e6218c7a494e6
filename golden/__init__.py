"""Golden models: what is right. Graphs, weight images and reference decoders."""
