using Ingester.Reading.Objects;

namespace Ingester.Reading.Merging;

/// <summary>
/// The last rows of each numbering. A replica may report a reset that was none, because one id was wrong. The rows around it are then stored in segments of
/// both numberings, but they are the same events: a row that an earlier numbering has already, byte for byte except for the mark of a late event, is not returned again.
/// </summary>
/// <param name="loader">Loads the segments.</param>
internal sealed class RowsBeforeReset(SegmentLoader loader)
{
    private const int MaxSegments = 16;
    private const int MaxRows = 1_000_000;

    private readonly List<SegmentEntry> latest = []; // the last segments in the order in which they were merged, with the last whole one
    private readonly HashSet<ulong> hashes = [];

    /// <summary>Remembers a segment of the current numbering that was read, compared, or accepted by its name.</summary>
    public void Remember(SegmentEntry entry)
    {
        if (latest.Contains(entry))
            return;
        latest.Add(entry);
        if (latest.Count <= MaxSegments)
            return;
        var lastWhole = latest.FindLastIndex(one => one.Name.IsWhole);
        latest.RemoveAt(lastWhole == 0 ? 1 : 0);
    }

    /// <summary>Starts a new numbering: the remembered segments are before it.</summary>
    public async Task StartNumberingAsync(CancellationToken cancellation)
    {
        foreach (var entry in latest)
            if ((await loader.LoadAsync(entry, cancellation)).Rows is { } rows)
                foreach (var row in rows.Rows.Take(MaxRows - hashes.Count))
                    hashes.Add(row.ContentHash);
        latest.Clear();
    }

    /// <summary>True for a row that a numbering before the current one has already.</summary>
    public bool Contains(in LoadedRow row) => hashes.Count > 0 && hashes.Contains(row.ContentHash);
}
