"""Every part of the desk, each with its own routes."""

from fastapi import APIRouter

from portal.desk import (
    accounts,
    assignment_acts,
    assignment_links,
    assignments,
    audit_trail,
    board,
    board_agency,
    board_assignment,
    board_links,
    entrance,
    following,
    home,
    statuses,
)

ROUTERS: tuple[APIRouter, ...] = (
    entrance.ROUTER,
    accounts.ROUTER,
    audit_trail.ROUTER,
    board.ROUTER,
    board_agency.ROUTER,
    board_assignment.ROUTER,
    board_links.ROUTER,
    home.ROUTER,
    statuses.ROUTER,
    assignment_links.ROUTER,
    assignments.ROUTER,
    assignment_acts.ROUTER,
    following.ROUTER,
)
