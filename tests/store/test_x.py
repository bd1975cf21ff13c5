def test_x(store): assert store
def test_y(sql): assert sql
