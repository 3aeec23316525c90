"""Every part of the desk, each with its own routes."""

from fastapi import APIRouter

from portal.desk import accounts, audit_trail, entrance

ROUTERS: tuple[APIRouter, ...] = (
    entrance.ROUTER,
    accounts.ROUTER,
    audit_trail.ROUTER,
)
