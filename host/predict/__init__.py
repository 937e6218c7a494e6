"""Predict how much likelier each error becomes, from what the decoder has counted."""

from quantacore.host.predict.predictor import Prediction, Predictor
from quantacore.host.predict.series import CountSeries

__all__ = ["CountSeries", "Prediction", "Predictor"]
