using Ingester.Reading.Merging;
using Ingester.Storage.Stores;

namespace Ingester.Deriving.Running;

/// <summary>Handles objects that are not readable.</summary>
internal static class UnreadableMarks
{
    /// <summary>Notes a damaged object for the report.</summary>
    /// <exception cref="StoreException">The store did not return the object: its content is unknown, and a later attempt may succeed.</exception>
    public static void Note(in MarketEvent found, DeriveReport report)
    {
        if (found.Kind != MarketEventKind.Unreadable)
            return;
        if (found.IsStoreFailure)
            throw new StoreException(found.Note!, permanent: false);
        report.Unreadable.Add(found.Note!);
    }
}
