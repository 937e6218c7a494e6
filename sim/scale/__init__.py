"""What a memory costs as it grows: errors, cycles, area, time, on which part."""
