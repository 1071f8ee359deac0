using Ingester.Core.Rows;

namespace Ingester.Core.Handovers;

/// <summary>
/// Aligns the rows of two connections that carry one stream without a sequence. The predecessor's rows are compared with the successor's. The
/// alignment is found when all rows that both delivered agree at exactly one offset, with at least <see cref="MinEqualRows"/> rows. Equal rows are legal, so
/// an alignment counts only after the predecessor has delivered a later time than the successor's first row: then no other offset can follow. It must
/// be created before the successor subscribes to the stream; otherwise the offset could be before the known rows.
/// </summary>
internal sealed class RowAlignment
{
    /// <summary>Minimum number of equal rows for an alignment.</summary>
    public const int MinEqualRows = 3;

    /// <summary>Maximum number of rows that are held per connection. A handover takes seconds; with more rows it fails.</summary>
    public const int MaxRows = 8192;

    /// <summary>Maximum number of bytes of rows that are held, for the same reason.</summary>
    public const int MaxBytes = 8 << 20;

    private readonly List<EventRow> predecessorRows = [];
    private readonly List<EventRow> successorRows = [];
    private readonly List<int> candidateOffsets = []; // offsets in the predecessor's rows at which the successor's rows may begin
    private readonly Queue<EventRow> ahead = new(); // rows that one connection delivered and the other has not yet
    private bool successorLeads;
    private long bytes;

    /// <summary>The state of the alignment.</summary>
    public AlignmentState State { get; private set; }

    /// <summary>The successor's rows that are held, oldest first.</summary>
    public IReadOnlyList<EventRow> Held => successorRows;

    /// <summary>True when rows were rejected because the limit was reached.</summary>
    public bool HasOverflowed { get; private set; }

    /// <summary>True when the connections are aligned and the given one has nothing left to deliver that the other delivered already.</summary>
    public bool HasCaughtUp(bool newerConnection) => State == AlignmentState.Aligned && (ahead.Count == 0 || successorLeads == newerConnection);

    /// <summary>Fails the alignment; held rows stay held.</summary>
    public void Fail()
    {
        State = AlignmentState.Failed;
        predecessorRows.Clear();
        candidateOffsets.Clear();
        ahead.Clear();
    }

    /// <summary>
    /// Processes a row. Returns true when it is the next row of the stream and must be recorded, false when it is held or a duplicate.
    /// </summary>
    public bool Accept(in EventRow row, bool fromNewer)
    {
        if (State == AlignmentState.Aligned)
            return AcceptAligned(row, fromNewer);
        if (fromNewer)
            AddSuccessorRow(row);
        else if (State == AlignmentState.Pending)
            AddPredecessorRow(row);
        if (State == AlignmentState.Pending)
            UpdateState();
        return !fromNewer;
    }

    /// <summary>
    /// Call once after the alignment: returns the held rows that the predecessor has not delivered; they are the next rows of the stream.
    /// </summary>
    public IReadOnlyList<EventRow> ReleaseHeld()
    {
        var known = Math.Min(successorRows.Count, predecessorRows.Count - candidateOffsets[0]);
        var next = successorRows[known..];
        successorLeads = next.Count > 0;
        foreach (var row in successorLeads ? next : predecessorRows[(candidateOffsets[0] + known)..])
            ahead.Enqueue(row);
        predecessorRows.Clear();
        successorRows.Clear();
        return next;
    }

    private void AddSuccessorRow(in EventRow row)
    {
        if (Overflows(successorRows, row))
        {
            HasOverflowed = true;
            Fail();
            return;
        }

        successorRows.Add(row);
        if (State != AlignmentState.Pending)
            return;
        var index = successorRows.Count - 1;
        if (index == 0)
            for (var place = 0; place < predecessorRows.Count; place++)
                candidateOffsets.Add(place);
        var brought = row;
        candidateOffsets.RemoveAll(place => place + index < predecessorRows.Count && !AreEqual(predecessorRows[place + index], brought));
    }

    private void AddPredecessorRow(in EventRow row)
    {
        if (Overflows(predecessorRows, row))
        {
            Fail();
            return;
        }

        predecessorRows.Add(row);
        if (successorRows.Count == 0)
            return;
        var index = predecessorRows.Count - 1;
        var brought = row;
        candidateOffsets.RemoveAll(place => index - place < successorRows.Count && !AreEqual(successorRows[index - place], brought));
        if (AreEqual(successorRows[0], row))
            candidateOffsets.Add(index);
    }

    private void UpdateState()
    {
        if (candidateOffsets.Count == 1 && Math.Min(successorRows.Count, predecessorRows.Count - candidateOffsets[0]) >= MinEqualRows && predecessorRows[^1].Micros > successorRows[0].Micros)
            State = AlignmentState.Aligned;
    }

    /// <summary>After the alignment: the leading connection delivers new rows, the other one duplicates.</summary>
    private bool AcceptAligned(in EventRow row, bool fromNewer)
    {
        if (ahead.Count == 0)
            successorLeads = fromNewer;
        if (successorLeads == fromNewer)
        {
            ahead.Enqueue(row);
            if (ahead.Count > MaxRows)
                Fail();
            return true;
        }

        if (AreEqual(ahead.Dequeue(), row))
            return false;
        Fail(); // the rows of the two connections differ after all
        return true;
    }

    private bool Overflows(List<EventRow> rows, in EventRow row)
    {
        bytes += row.Text.Length;
        return rows.Count >= MaxRows || bytes > MaxBytes;
    }

    private static bool AreEqual(in EventRow one, in EventRow other) => one.Text.AsSpan().SequenceEqual(other.Text);
}
