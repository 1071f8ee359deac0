using Ingester.Core.Time;
using Ingester.Deriving.Objects;
using Ingester.Deriving.Rows;

namespace Ingester.Deriving.Running;

/// <summary>
/// The minute objects of one dataset and exchange. A minute whose inputs have not changed is not written again; changed inputs are the next revision, which
/// exactly one process can claim.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="dataset">The dataset.</param>
/// <param name="exchange">The exchange.</param>
/// <param name="columns">The columns of the rows.</param>
internal sealed class MinutePublisher(DerivedStore store, DerivedDataset dataset, string exchange, IReadOnlyList<DerivedColumn> columns)
{
    private const int MaxKnownDays = 4;

    private readonly Dictionary<DateTime, Dictionary<long, DerivedKey>> days = [];
    private readonly Dictionary<DerivedKey, string?> inputs = []; // hashes of the headers that were read or written
    private readonly IReadOnlyList<string[]> described = DerivedHeader.Describe(columns);

    /// <summary>The dataset.</summary>
    public DerivedDataset Dataset => dataset;

    /// <summary>Forgets listings, so that the objects of other processes are found.</summary>
    public void Refresh() => days.Clear();

    /// <summary>The highest revision of a minute; null when there is none.</summary>
    public async Task<DerivedKey?> FindAsync(long minute, CancellationToken cancellation) => (await DayAsync(minute, cancellation)).GetValueOrDefault(minute);

    /// <summary>True when the highest revision was made from these inputs.</summary>
    public async Task<bool> IsCurrentAsync(long minute, string hash, CancellationToken cancellation)
    {
        if (await FindAsync(minute, cancellation) is not { } key)
            return false;
        if (!inputs.TryGetValue(key, out var known))
            Remember(key, known = (await store.ReadHeaderAsync(key, cancellation))?.Inputs);
        return known == hash;
    }

    /// <summary>Writes a minute under the next revision, unless another process did that from the same inputs.</summary>
    public async Task WriteAsync(long minute, string hash, int inputCount, DerivedRows rows, DeriveReport report, CancellationToken cancellation)
    {
        for (var revision = (await FindAsync(minute, cancellation))?.Revision ?? 0; ;)
        {
            var key = new DerivedKey(dataset, exchange, new(minute, 1), ++revision, DerivedKey.Rows);
            var written = await store.TryWriteAsync(key, new(dataset.Name(), revision, hash, inputCount, described), rows, cancellation);
            var stored = written ? hash : (await store.ReadHeaderAsync(key, cancellation))?.Inputs;
            (await DayAsync(minute, cancellation))[minute] = key;
            Remember(key, stored);
            if (written)
            {
                report.Written++;
                for (var condition = 0; condition < report.Rows.Length; condition++)
                    report.Rows[condition] += rows.CountByCondition[condition];
                return;
            }

            if (stored != hash)
                continue;
            report.WrittenByOthers++;
            return;
        }
    }

    private void Remember(DerivedKey key, string? hash)
    {
        if (inputs.Count > MaxKnownDays * DeriveOptions.MinutesPerDay)
            inputs.Clear();
        inputs[key] = hash;
    }

    private async Task<Dictionary<long, DerivedKey>> DayAsync(long micros, CancellationToken cancellation)
    {
        var day = Micros.ToDateTime(micros).Date;
        if (days.TryGetValue(day, out var known))
            return known;
        var latest = new Dictionary<long, DerivedKey>();
        foreach (var key in await store.ListDayAsync(dataset, exchange, day, cancellation))
            if (key.Extension == DerivedKey.Rows && (!latest.TryGetValue(key.Window.StartMicros, out var other) || other.Revision < key.Revision))
                latest[key.Window.StartMicros] = key;
        if (days.Count == MaxKnownDays)
            days.Remove(days.Keys.Min());
        return days[day] = latest;
    }
}
