import numpy as np

entries = np.full(100, 1e-24, dtype=np.float32)
squares = entries * entries
print(np.sqrt(squares.sum()))
