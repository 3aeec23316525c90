"""Cycles and requests: opened, dispatched, extended; their forms, and the view that figures are made from."""
