"""Pages of joint sittings: the list, the room, the ballot, the minutes."""
