using Ingester.Core.Journals;
using Ingester.Core.Memory;
using Ingester.Core.Output;
using Ingester.Core.Proof;
using Ingester.Core.Rows;

namespace Ingester.Core.Segments;

/// <summary>Hands the segments of a stream to the output, and reports the rows for which the output has no space.</summary>
internal sealed class SegmentSubmission(RecordedStream stream, GapRowWriter gaps, WindowProof proof, StreamCoverage coverage)
{
    /// <summary>Number of segments submitted as whole and as fragments.</summary>
    public (long Whole, long Fragments) Counts { get; private set; }

    /// <summary>Submits a segment that is closed. It is whole or a fragment; the rows belong to the output afterwards.</summary>
    public void Seal(OpenSegment segment, bool whole)
    {
        proof.WindowSealed(segment.Window);
        if (!whole && segment.StoredCount == segment.Count)
        {
            segment.DisposeRows(); // the held rows are already stored, under the same key
            return;
        }

        Count(whole);
        Submit(segment, whole);
    }

    /// <summary>Submits a segment of detached rows.</summary>
    public void SubmitFragment(OpenSegment segment)
    {
        Count(whole: false);
        Submit(segment, whole: false);
    }

    /// <summary>Submits a copy of the rows of a segment that stays open, as a fragment.</summary>
    public void StoreHeld(OpenSegment held)
    {
        if (held.StoredCount == held.Count)
            return;
        RowBuffer? copy = null;
        CompressedRows? compressed = null;
        ReceiveTimes? received = null;
        try
        {
            copy = new RowBuffer();
            copy.Append(held.Rows);
            compressed = held.CompressedRows?.Copy();
            received = held.Received?.Copy();
            if (!TrySubmit(held, (copy, compressed), received, whole: false, CoverageState.Held))
                return; // nothing is lost: the segment is still open, and the next tick retries
            (copy, compressed, received) = (null, null, null);
        }
        finally
        {
            copy?.Dispose();
            compressed?.Dispose();
            received?.Dispose();
        }

        held.MarkStored();
        if (held.Received is { HasIds: true } submitted) // without ids they belong to the hash of all rows, and are submitted again
        {
            submitted.Dispose();
            held.ForgetReceived();
        }

        Count(whole: false);
    }

    private void Count(bool whole) => Counts = whole ? (Counts.Whole + 1, Counts.Fragments) : (Counts.Whole, Counts.Fragments + 1);

    private void Submit(OpenSegment segment, bool whole)
    {
        var isAccepted = false;
        try
        {
            if (segment.StoredCount == segment.Count && segment.Received is { } submitted)
            {
                submitted.Dispose(); // the fragment has the same rows and the same hash
                segment.ForgetReceived();
            }

            isAccepted = TrySubmit(segment, (segment.Rows, segment.CompressedRows), segment.Received, whole, whole ? CoverageState.Whole : CoverageState.Fragment);
        }
        finally
        {
            if (!isAccepted)
                segment.DisposeRows();
        }

        var lost = segment.Count - segment.StoredCount;
        if (isAccepted || lost == 0)
            return; // all rows are already stored as a fragment
        stream.Context.Events.SegmentDropped(stream.Id, lost);
        gaps.Report(new(stream.Id, segment.Unstored.Range, segment.Unstored.FromMicros, segment.LastMicros, GapCause.Overflow));
    }

    private bool TrySubmit(OpenSegment segment, (RowBuffer Newest, CompressedRows? Compressed) rows, ReceiveTimes? received, bool whole, CoverageState state)
    {
        segment.Grade = WeakerOf(segment.Grade, stream.CurrentGrade);
        return stream.Context.Output.TryAdd(new SealedSegment
        {
            Stream = stream.Id,
            Window = segment.Window,
            Range = segment.Range,
            IsWhole = whole,
            Grade = whole ? segment.Grade : ProofGrade.None,
            Count = segment.Count,
            Rows = rows.Newest,
            CompressedRows = rows.Compressed,
            Received = received,
            Identity = stream.Traits.Identity,
            Coverage = coverage.AddSegment(segment, state),
        });
    }

    private static ProofGrade WeakerOf(ProofGrade one, ProofGrade other) => one.CompareTo(other) < 0 ? one : other;
}
