"""The pages of items: home, lists, the form, the item itself, the steps of its flow, its history."""
