using Ingester.Core.Markets;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Status;

/// <summary>
/// The gaps that a recorder has detected since its start, with what has closed them: for the status page. Bounded: of more open gaps the oldest are
/// only counted, and of closed gaps the latest are kept. Thread-safe.
/// </summary>
internal sealed class GapRegister
{
    /// <summary>Maximum number of listed open gaps.</summary>
    public const int MaxOpen = 500;

    /// <summary>Maximum number of listed gaps that are closed, or after which the book is known again.</summary>
    public const int MaxClosed = 100;

    private readonly Lock gate = new();
    private readonly LinkedList<Entry> open = [];
    private readonly LinkedList<GapState> closed = [];
    private long lastId;
    private long notListed;
    private long version;

    /// <summary>The listed gaps, oldest first, and the number of those that are not listed.</summary>
    public (IReadOnlyList<GapState> Gaps, long NotListed) Listed
    {
        get
        {
            lock (gate)
                return ([.. closed.Concat(open.Select(entry => entry.State)).OrderBy(gap => gap.Id)], notListed);
        }
    }

    /// <summary>Grows with each change.</summary>
    public long Version => Interlocked.Read(ref version);

    /// <summary>A row of the <c>gaps</c> dataset was written.</summary>
    public void Add(GapRow row)
    {
        lock (gate)
        {
            switch (row.Cause)
            {
                case GapCause.Reset:
                case GapCause.Conflict when row.FromMicros >= row.ToMicros: // both contents are stored: nothing is missing
                    return;
                case GapCause.Late:
                case GapCause.Backfill:
                case GapCause.Archive:
                    CloseRange(row);
                    break;
                case GapCause.Snapshot:
                    CloseByBook(row);
                    break;
                default:
                    Open(row);
                    break;
            }

            Interlocked.Increment(ref version);
        }
    }

    private void Open(GapRow row)
    {
        open.AddLast(new Entry(row, ++lastId));
        if (open.Count <= MaxOpen)
            return;
        open.RemoveFirst();
        notListed++;
    }

    private void CloseRange(GapRow row)
    {
        if (row.Range is not { } found)
            return;
        for (var node = open.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Stream == row.Stream && node.Value.Remove(found))
                Close(node, GapState.Closed, row.CauseName);
            node = next;
        }
    }

    /// <summary>A snapshot was stored: the book is known from its time on, whatever was missed before.</summary>
    private void CloseByBook(GapRow row)
    {
        for (var node = open.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Stream == row.Stream && node.Value.State.From < row.ToMicros)
                Close(node, GapState.BookKnown, row.CauseName);
            node = next;
        }
    }

    private void Close(LinkedListNode<Entry> node, string state, string by)
    {
        open.Remove(node);
        closed.AddLast(node.Value.State with { State = state, ClosedBy = by });
        if (closed.Count > MaxClosed)
            closed.RemoveFirst();
    }

    private sealed class Entry
    {
        private readonly GapRow row;
        private readonly long id;
        private readonly List<SequenceRange> missing;

        public Entry(GapRow row, long id) => (this.row, this.id, missing) = (row, id, row.Range is { } range ? [range] : []);

        public StreamId Stream => row.Stream;

        public GapState State => new()
        {
            Id = id,
            Exchange = row.Stream.Exchange,
            Dataset = row.Stream.Dataset.Name(),
            Pair = row.Stream.Market,
            After = row.Range?.After,
            UpTo = row.Range?.UpTo,
            Missing = row.Range is null ? null : missing.Sum(range => range.Length),
            From = row.FromMicros,
            To = row.ToMicros,
            Cause = row.CauseName,
            State = GapState.Open,
        };

        /// <summary>Removes recorded ids; true when none is missing any more.</summary>
        public bool Remove(SequenceRange found)
        {
            for (var i = missing.Count - 1; i >= 0; i--)
            {
                var range = missing[i];
                if (found.UpTo <= range.After || found.After >= range.UpTo)
                    continue;
                missing.RemoveAt(i);
                if (range.UpTo > found.UpTo)
                    missing.Insert(i, new(found.UpTo, range.UpTo));
                if (range.After < found.After)
                    missing.Insert(i, new(range.After, found.After));
            }

            return missing.Count == 0 && row.Range is not null;
        }
    }
}
