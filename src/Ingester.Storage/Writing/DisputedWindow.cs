using Ingester.Core.Journals;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Rows;
using Ingester.Core.Time;

namespace Ingester.Storage.Writing;

/// <summary>
/// A window for which two replicas have different histories, and no ids prove which one is right (rule R2 of <c>docs/proof.md</c>).
/// </summary>
/// <param name="Stream">The stream.</param>
/// <param name="Window">The window.</param>
/// <param name="VariantKey">The key of the rows of this replica.</param>
internal sealed record DisputedWindow(StreamId Stream, Window Window, string VariantKey)
{
    /// <summary>The window of an upload with the outcome disputed; null for every other outcome.</summary>
    public static DisputedWindow? Of(ObjectDraft draft, in UploadResult written) =>
        written.Outcome == UploadOutcome.Disputed && SegmentKey.TryParse(draft.Prefix, draft.Key, out var name) ? new(name.Stream, name.Window, written.Key) : null;

    /// <summary>Logs and counts the window, and writes a row of the gaps journal that covers it.</summary>
    public void Report(StoreEvents events, IJournal journal)
    {
        events.WindowDisputed(this);
        journal.Add(new(Dataset.Gaps, Stream.Exchange, new GapRow(Stream, null, Window.StartMicros, Window.EndMicros, GapCause.Disputed).ToJson()));
    }
}
