"""What mocks stand for, and what the code under test awaits of them."""
