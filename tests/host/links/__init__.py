"""Links to hardware, as far as they can be tested without."""
