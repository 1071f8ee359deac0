using Ingester.Core.Telemetry;
using Ingester.Errors;
using Ingester.Hosting;
using Ingester.Storage.Spooling;
using Ingester.Storage.Stores;

namespace Ingester.Commands;

/// <summary>The result of a recorder, as messages and an exit code.</summary>
internal static class RecordOutcome
{
    /// <summary>Reports permanent losses and errors that require action, and returns the exit code.</summary>
    /// <param name="service">The recorder, after it stopped.</param>
    /// <param name="isFaulted">True when it ended with an exception.</param>
    public static async Task<int> ReportAsync(RecorderService service, bool isFaulted)
    {
        if (service.ExecuteTask?.Exception?.GetBaseException() is UnsafeStoreException unsafeStore)
            await Console.Error.WriteLineAsync(unsafeStore.Message);
        var losses = DescribeLosses(service.State.Meter, service.State.SpoolState).ToList();
        foreach (var loss in losses)
            await Console.Error.WriteLineAsync(loss);
        return isFaulted || service.State is not { LostObjects: 0, SpoolState.Files: 0 } ? ExitCodes.Failed
            : losses.Count > 0 ? ExitCodes.Incomplete
            : ExitCodes.Succeeded;
    }

    /// <summary>One message per kind of permanent loss.</summary>
    public static IEnumerable<string> DescribeLosses(IngesterMeter meter, SpoolState spooled)
    {
        if (meter.SegmentsDropped.Total is > 0 and var segments)
            yield return $"{segments} objects were lost while recording because memory and spool were full; gap rows with the cause overflow name the segments.";
        if (meter.JournalRowsLost.Total is > 0 and var rows)
            yield return $"{rows} rows of gaps, coverage or quarantine were lost while recording because memory and spool were full.";
        if (spooled.Corrupt > 0)
            yield return $"{spooled.Corrupt} spool files are damaged and were moved to its directory corrupt/: their rows are not stored.";
        if (meter.SpoolObjects.TotalOf("gone") is > 0 and var gone)
            yield return $"{gone} spool files were deleted by another process: their rows are not stored.";
    }
}
