"""Tags of the flows for every floor's templates."""
