using Ingester.Core.Rows;

namespace Ingester.Core.Segments;

/// <summary>How far two connections of a stream without a sequence are joined.</summary>
internal enum JoinState : byte
{
    /// <summary>Where the newer connection's rows belong is not proven yet: they are held.</summary>
    Open,

    /// <summary>It is proven, and so every row has its place: whichever connection brings it first is believed, the other's is dropped.</summary>
    Joined,

    /// <summary>It cannot be proven any more: the newer connection's rows are held until the older one ends.</summary>
    Failed,
}

/// <summary>
/// Joins the rows of two connections that carry one stream without a sequence. The older connection's rows are compared with the newer's: when
/// all that both brought agrees in exactly one way, on at least <see cref="Run"/> rows, the joint is found. Equal rows are legal, so a joint counts only
/// once the older connection has brought a later time than the newer began with: then it has passed the place, and no other is left to come.
/// It must be opened before the newer connection asks for the stream, or the place could lie before the rows that it knows.
/// </summary>
internal sealed class FeedJoin
{
    /// <summary>So many equal rows are the least that join.</summary>
    public const int Run = 3;

    /// <summary>So many rows of one connection are remembered: a handover takes seconds; who needs more is not joined.</summary>
    public const int MostRows = 8192;

    /// <summary>So many bytes of rows are remembered, for the same reason.</summary>
    public const int MostBytes = 8 << 20;

    private readonly List<FeedRow> older = [];
    private readonly List<FeedRow> newer = [];
    private readonly List<int> places = []; // where in the older rows the newer may begin
    private readonly Queue<FeedRow> ahead = new(); // what one connection brought and the other has not yet
    private bool newerLeads;
    private long bytes;

    /// <summary>How far it is.</summary>
    public JoinState State { get; private set; }

    /// <summary>The rows of the newer connection that are held, oldest first.</summary>
    public IReadOnlyList<FeedRow> Held => newer;

    /// <summary>True when held rows had to be given up, because there were too many.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>Joined, and the connection that is asked about will bring nothing that the other brought already.</summary>
    public bool IsEven(bool newerConnection) => State == JoinState.Joined && (ahead.Count == 0 || newerLeads == newerConnection);

    /// <summary>Nothing can be proven any more; what is held stays so.</summary>
    public void Fail()
    {
        State = JoinState.Failed;
        older.Clear();
        places.Clear();
        ahead.Clear();
    }

    /// <summary>Takes a row; true when it is the stream's next and is to be recorded, false when it is held or was there already.</summary>
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

    /// <summary>Right after it was joined: the held rows that the older connection has not brought, which are the stream's next.</summary>
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

    /// <summary>Every row has its place now: the connection that is ahead brings new ones, the other what is known.</summary>
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
        Fail(); // the connections do not say the same after all
        return true;
    }

    private bool Overflows(List<FeedRow> rows, in FeedRow row)
    {
        bytes += row.Text.Length;
        return rows.Count >= MostRows || bytes > MostBytes;
    }

    private static bool Same(in FeedRow one, in FeedRow other) => one.Text.AsSpan().SequenceEqual(other.Text);
}
