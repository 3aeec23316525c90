"""Phiếu đối chiếu: found, asked, explained, mended."""
