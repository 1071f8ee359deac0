using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Publishing.Witnesses;
using Ingester.Reading.Proofs;
using Ingester.Recording.Backfill;

namespace Ingester.Repairing;

/// <summary>Fills gaps with the rows of one published file. The file is read once for each <see cref="MaxRows"/> missing ids.</summary>
/// <param name="stream">The stream.</param>
/// <param name="market">Its market.</param>
/// <param name="file">The file.</param>
/// <param name="source">The name of the file and its hash.</param>
/// <param name="output">Receives the fragments.</param>
internal sealed class ArchiveFiller(StreamId stream, Market market, ArchiveFile file, RowSource source, RepairOutput output)
{
    /// <summary>How far outside of its gap the time of a trade may be: exchanges order trades by id, and times almost alike.</summary>
    private static readonly long Tolerance = Micros.From(TimeSpan.FromMinutes(1));

    private readonly Dictionary<long, string> refusals = [];

    /// <summary>Maximum number of rows in memory.</summary>
    public int MaxRows { get; init; } = 200_000;

    /// <summary>Fills the gaps as far as the file has their ids.</summary>
    /// <param name="gaps">The gaps, in the order of their ids.</param>
    /// <exception cref="WitnessException">The file is damaged, or a row is not a trade.</exception>
    public void Fill(IReadOnlyList<ArchiveGap> gaps)
    {
        var parts = gaps.SelectMany(gap => gap.Left.SelectMany(Cut).Select(part => (Gap: gap, Range: part))).ToList();
        var left = new List<SequenceRange>();
        for (var done = 0; done < parts.Count;)
        {
            var batch = TakeBatch(parts, done);
            var found = Read(batch.Select(part => part.Range));
            foreach (var (gap, range) in batch)
            {
                left.AddRange(Write(gap, range, found));
                if (++done == parts.Count || parts[done].Gap != gap)
                {
                    Close(gap, left);
                    left = [];
                }
            }
        }
    }

    private IEnumerable<SequenceRange> Cut(SequenceRange range)
    {
        for (var after = range.After; after < range.UpTo; after += MaxRows)
            yield return new(after, Math.Min(range.UpTo, after + MaxRows));
    }

    private List<(ArchiveGap Gap, SequenceRange Range)> TakeBatch(List<(ArchiveGap Gap, SequenceRange Range)> parts, int first)
    {
        var (batch, ids) = (new List<(ArchiveGap, SequenceRange)>(), 0L);
        for (var next = first; next < parts.Count && (batch.Count == 0 || ids + parts[next].Range.Length <= MaxRows); next++)
        {
            batch.Add(parts[next]);
            ids += parts[next].Range.Length;
        }

        return batch;
    }

    /// <summary>The trades of the file with the ids of ranges. An id of which the file states two things is refused.</summary>
    private Dictionary<long, HistoricalTrade> Read(IEnumerable<SequenceRange> ranges)
    {
        var (wanted, found) = (new KnownRanges(), new Dictionary<long, HistoricalTrade>());
        foreach (var range in ranges)
            wanted.Add(range);
        foreach (var row in file.ReadRows(id => wanted.Covers(new(id - 1, id))))
            if (row.Trade is null)
                refusals[row.Id] = row.Refusal!;
            else if (!found.TryAdd(row.Id, row.Trade) && found[row.Id] != row.Trade)
                refusals[row.Id] = "the file states it twice, with different content";
        foreach (var refused in refusals.Keys)
            found.Remove(refused);
        return found;
    }

    /// <summary>Writes the trades of a part of a gap; returns the ids that are still missing.</summary>
    private IReadOnlyList<SequenceRange> Write(ArchiveGap gap, SequenceRange range, Dictionary<long, HistoricalTrade> found)
    {
        var missing = gap.Missing;
        output.SetTime(missing.ToMicros);
        var segmenter = new BackfillSegmenter(new(stream, market, range, missing.FromMicros, missing.ToMicros), output.Segments, source);
        for (var id = range.After + 1; id <= range.UpTo; id++)
            if (found.TryGetValue(id, out var trade))
                if (trade.Micros >= missing.FromMicros - Tolerance && trade.Micros <= missing.ToMicros + Tolerance)
                    segmenter.Add(trade);
                else
                    refusals[id] = "its time is not that of the gap";
        return segmenter.Complete();
    }

    /// <summary>Notes what is left of a gap, with neighbouring parts joined.</summary>
    private void Close(ArchiveGap gap, List<SequenceRange> left)
    {
        var joined = new List<SequenceRange>();
        foreach (var part in left)
            if (joined is [.., var last] && last.UpTo == part.After)
                joined[^1] = last with { UpTo = part.UpTo };
            else
                joined.Add(part);
        if (joined.Sum(part => part.Length) < gap.Left.Sum(part => part.Length))
            gap.TookFrom(source.File);
        gap.Left = joined;
        if (joined.Count == 0)
            return;
        gap.NotClosed($"{source.File} does not have {string.Join(", ", joined)}.");
        foreach (var (id, why) in refusals.Where(one => joined.Exists(part => part.After < one.Key && part.UpTo >= one.Key)).Take(1))
            gap.NotClosed($"Trade {id} of {source.File} is not taken: {why}.");
    }
}
