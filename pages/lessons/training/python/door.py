from vgcore.studies.waits import long_runs

runs = long_runs()
spread = runs[max(runs)].spreads[:, -2]
print(spread[-1] / spread[0])
