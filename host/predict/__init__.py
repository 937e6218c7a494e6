"""Predict how much likelier each error becomes, from what the decoder has counted."""

from quantacore.host.predict.predictor import Prediction, Predictor
from quantacore.host.predict.registry import CONTENDERS, make_predictor
from quantacore.host.predict.series import CountSeries
from quantacore.host.predict.tuned_file import Tuned, load_tuned

__all__ = [
    "CONTENDERS",
    "CountSeries",
    "Prediction",
    "Predictor",
    "Tuned",
    "load_tuned",
    "make_predictor",
]
