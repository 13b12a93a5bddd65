def test_x(lived):
    print(lived.ids)
