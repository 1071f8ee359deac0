using Ingester.Core.Rows;

namespace Ingester.Core.Segments;

/// <summary>State of the alignment of two connections of a stream without a sequence.</summary>
internal enum JoinState : byte
{
    /// <summary>The position of the successor's rows is not proven yet: they are held.</summary>
    Open,

    /// <summary>
    /// The position is proven. Each row is recorded from the connection that delivers it first; the copy of the other connection is dropped.
    /// </summary>
    Joined,

    /// <summary>The position cannot be proven any more: the successor's rows are held until the predecessor ends.</summary>
    Failed,
}

/// <summary>
/// Aligns the rows of two connections that carry one stream without a sequence. The predecessor's rows are compared with the successor's. The
/// alignment is found when all rows that both delivered agree at exactly one offset, with at least <see cref="Run"/> rows. Equal rows are legal, so
/// an alignment counts only after the predecessor has delivered a later time than the successor's first row: then no other offset can follow. It must
/// be created before the successor subscribes to the stream; otherwise the offset could be before the known rows.
/// </summary>
internal sealed class FeedJoin
{
    /// <summary>Minimum number of equal rows for an alignment.</summary>
    public const int Run = 3;

    /// <summary>Maximum number of rows that are held per connection. A handover takes seconds; with more rows it fails.</summary>
    public const int MostRows = 8192;

    /// <summary>Maximum number of bytes of rows that are held, for the same reason.</summary>
    public const int MostBytes = 8 << 20;

    private readonly List<FeedRow> older = [];
    private readonly List<FeedRow> newer = [];
    private readonly List<int> places = []; // offsets in the predecessor's rows at which the successor's rows may begin
    private readonly Queue<FeedRow> ahead = new(); // rows that one connection delivered and the other has not yet
    private bool newerLeads;
    private long bytes;

    /// <summary>The state of the alignment.</summary>
    public JoinState State { get; private set; }

    /// <summary>The successor's rows that are held, oldest first.</summary>
    public IReadOnlyList<FeedRow> Held => newer;

    /// <summary>True when rows were rejected because the limit was reached.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>True when the connections are aligned and the given one has nothing left to deliver that the other delivered already.</summary>
    public bool IsEven(bool newerConnection) => State == JoinState.Joined && (ahead.Count == 0 || newerLeads == newerConnection);

    /// <summary>Fails the alignment; held rows stay held.</summary>
    public void Fail()
    {
        State = JoinState.Failed;
        older.Clear();
        places.Clear();
        ahead.Clear();
    }

    /// <summary>
    /// Processes a row. Returns true when it is the next row of the stream and must be recorded, false when it is held or a duplicate.
    /// </summary>
    public bool Take(in FeedRow row, bool fromNewer)
    {
        if (State == JoinState.Joined)
            return Follow(row, fromNewer);
        if (fromNewer)
            Hold(row);
        else if (State == JoinState.Open)
            Remember(row);
        if (State == JoinState.Open)
            Decide();
        return !fromNewer;
    }

    /// <summary>
    /// Call once after the alignment: returns the held rows that the predecessor has not delivered; they are the next rows of the stream.
    /// </summary>
    public IReadOnlyList<FeedRow> Release()
    {
        var known = Math.Min(newer.Count, older.Count - places[0]);
        var next = newer[known..];
        newerLeads = next.Count > 0;
        foreach (var row in newerLeads ? next : older[(places[0] + known)..])
            ahead.Enqueue(row);
        older.Clear();
        newer.Clear();
        return next;
    }

    private void Hold(in FeedRow row)
    {
        if (Overflows(newer, row))
        {
            Overflowed = true;
            Fail();
            return;
        }

        newer.Add(row);
        if (State != JoinState.Open)
            return;
        var index = newer.Count - 1;
        if (index == 0)
            for (var place = 0; place < older.Count; place++)
                places.Add(place);
        var brought = row;
        places.RemoveAll(place => place + index < older.Count && !Same(older[place + index], brought));
    }

    private void Remember(in FeedRow row)
    {
        if (Overflows(older, row))
        {
            Fail();
            return;
        }

        older.Add(row);
        if (newer.Count == 0)
            return;
        var index = older.Count - 1;
        var brought = row;
        places.RemoveAll(place => index - place < newer.Count && !Same(newer[index - place], brought));
        if (Same(newer[0], row))
            places.Add(index);
    }

    private void Decide()
    {
        if (places.Count == 1 && Math.Min(newer.Count, older.Count - places[0]) >= Run && older[^1].Micros > newer[0].Micros)
            State = JoinState.Joined;
    }

    /// <summary>After the alignment: the leading connection delivers new rows, the other one duplicates.</summary>
    private bool Follow(in FeedRow row, bool fromNewer)
    {
        if (ahead.Count == 0)
            newerLeads = fromNewer;
        if (newerLeads == fromNewer)
        {
            ahead.Enqueue(row);
            if (ahead.Count > MostRows)
                Fail();
            return true;
        }

        if (Same(ahead.Dequeue(), row))
            return false;
        Fail(); // the rows of the two connections differ after all
        return true;
    }

    private bool Overflows(List<FeedRow> rows, in FeedRow row)
    {
        bytes += row.Text.Length;
        return rows.Count >= MostRows || bytes > MostBytes;
    }

    private static bool Same(in FeedRow one, in FeedRow other) => one.Text.AsSpan().SequenceEqual(other.Text);
}
