using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Core.Live;
using Ingester.Core.Memory;
using Ingester.Core.Output;
using Ingester.Core.Rows;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Recording.Backfill;

/// <summary>
/// Cuts trades that were fetched for a gap into fragments. As in the recorder, the window of the next trade is never before that of
/// the previous one.
/// </summary>
/// <param name="gap">The gap.</param>
/// <param name="segments">Output and windows of fragments.</param>
/// <param name="source">The published file that the trades are from; null if the exchange's REST API returned them.</param>
internal sealed class BackfillSegmenter(TradeGap gap, SegmentContext segments, RowSource? source = null)
{
    private readonly WindowPlan windows = new(gap.Stream, segments.Options.Windows);
    private readonly LiveStream? live = segments.Live?.GetStream(gap.Stream);
    private readonly List<SequenceRange> remaining = [];
    private readonly List<long> times = []; // of the trades of the open segment
    private long cursor = gap.Missing.After;
    private long closedUpTo = gap.Missing.After;
    private Window? highest;
    private OpenSegment? open;

    /// <summary>The exchange time of the last trade; before the first one, that of the trade before the gap.</summary>
    public long LastMicros { get; private set; } = gap.From;

    /// <summary>Adds the next trade, in the order of ids.</summary>
    public void Add(HistoricalTrade trade)
    {
        var window = WindowOf(trade.Micros);
        if (trade.Id != cursor + 1)
        {
            Seal();
            ReportRun();
            remaining.Add(new(cursor, trade.Id - 1));
            closedUpTo = trade.Id - 1;
        }

        if (open is not null && (open.Window != window || open.Rows.Length >= segments.Options.MaxSegmentBytes))
            Seal();
        open ??= new(window, isStartProven: false);
        open.Extend(SequenceRange.One(trade.Id), trade.Micros);
        times.Add(trade.Micros);
        RowWriter.WriteTrade(open.Rows, new()
        {
            Id = Encoding.UTF8.GetBytes($"{trade.Id}"),
            Micros = trade.Micros,
            Price = Encoding.UTF8.GetBytes(trade.Price),
            Size = Encoding.UTF8.GetBytes(trade.Size),
            TakerSells = trade.TakerSells,
        });
        cursor = trade.Id;
        LastMicros = Math.Max(LastMicros, trade.Micros);
    }

    /// <summary>Hands the open segment over to the output.</summary>
    public void Seal()
    {
        if (open is not { } segment)
            return;
        open = null;
        var copy = live is { IsListened: true } ? CopyOf(segment.Rows) : []; // the output owns the rows afterwards
        var stored = segments.Output.TryAdd(new SealedSegment
        {
            Stream = gap.Stream,
            Window = segment.Window,
            Range = segment.Range,
            IsWhole = false,
            Count = segment.Count,
            Rows = segment.Rows,
            Identity = StreamIdentity.Identical,
            Source = source,
        });
        if (stored)
            Publish(copy, segment.Range!.Value.After);
        times.Clear();
        if (stored)
            return;
        segment.Rows.Dispose();
        segments.Events.SegmentDropped(gap.Stream, segment.Count);
        var lost = segment.Range!.Value;
        ReportClosed(new(closedUpTo, lost.After));
        remaining.Add(lost);
        closedUpTo = lost.UpTo;
    }

    /// <summary>Completes the cut after the last trade and returns what is still missing.</summary>
    public IReadOnlyList<SequenceRange> Complete()
    {
        Seal();
        ReportRun();
        if (cursor < gap.Missing.UpTo)
            remaining.Add(new(cursor, gap.Missing.UpTo));
        return remaining;
    }

    private static byte[] CopyOf(RowBuffer rows)
    {
        var copy = new byte[rows.Length];
        rows.CopyTo(copy);
        return copy;
    }

    /// <summary>Publishes stored rows, whose ids are consecutive.</summary>
    private void Publish(ReadOnlySpan<byte> rows, long after)
    {
        for (var i = 0; i < times.Count && !rows.IsEmpty; i++)
        {
            var length = rows.IndexOf((byte)'\n') + 1;
            live!.PublishRow(rows[..length], SequenceRange.One(after + i + 1), times[i], isDetached: true);
            rows = rows[length..];
        }
    }

    private void ReportRun() => ReportClosed(new(closedUpTo, cursor));

    private void ReportClosed(SequenceRange closed)
    {
        if (closed.Length <= 0)
            return;
        var row = new GapRow(gap.Stream, closed, gap.From, gap.To, source is null ? GapCause.Backfill : GapCause.Archive) { Source = source };
        segments.Add(row);
        segments.Events.GapClosed(row);
    }

    /// <summary>Returns the window of a time, limited to the windows of the trades before and after the gap.</summary>
    private Window WindowOf(long micros)
    {
        var (first, last) = (highest ?? windows.WindowOf(gap.From), windows.WindowOf(gap.To));
        var window = windows.WindowOf(micros);
        if (window.StartMicros > last.StartMicros)
            window = last;
        if (window.StartMicros < first.StartMicros)
            window = first;
        highest = window;
        return window;
    }
}
