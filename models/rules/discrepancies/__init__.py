"""Phiếu đối chiếu: what contradicts itself, and what becomes of it. Pure."""
