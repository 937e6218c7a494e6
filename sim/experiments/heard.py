"""What predictors may hear of a decoder in the loop, by name.

In: nothing.   Out: names, in words.   Next: `quantacore.sim.experiments.weight_followers`.
"""

HEARD = {
    "own": "what its own decoder corrects, beside what the model's would on shots of the model",
    "model": "what a second decoder, with the model's weights, corrects",
    "believed": "what its own decoder corrects, beside what it would on shots of its own noise",
}
"""Name -> in words."""
