using Ingester.Core.Telemetry;
using Ingester.Hosting;
using Ingester.Storage.Spooling;
using Ingester.Storage.Stores;

namespace Ingester.Commands;

/// <summary>How a recorder ended, as sentences and as an exit code.</summary>
internal static class RecordOutcome
{
    /// <summary>Says what is missing for good or needs someone, and returns the exit code.</summary>
    /// <param name="service">The recorder, which has ended.</param>
    /// <param name="isFaulted">True when it ended by a fault.</param>
    public static async Task<int> SayAsync(RecorderService service, bool isFaulted)
    {
        if (service.ExecuteTask?.Exception?.GetBaseException() is UnsafeStoreException unsafeStore)
            await Console.Error.WriteLineAsync(unsafeStore.Message);
        var missing = Missing(service.Meter, service.Spooled).ToList();
        foreach (var sentence in missing)
            await Console.Error.WriteLineAsync(sentence);
        return isFaulted || service is not { LeftBehind: 0, Spooled.Files: 0 } ? CommandRunner.Failed
            : missing.Count > 0 ? CommandRunner.Degraded
            : CommandRunner.Done;
    }

    /// <summary>What is missing for good, one sentence each.</summary>
    public static IEnumerable<string> Missing(IngesterMeter meter, SpoolState spooled)
    {
        if (meter.Overflowed.Total is > 0 and var segments)
            yield return $"{segments} objects were lost while recording, because neither memory nor a spool had room for them; gaps with the cause overflow name the segments.";
        if (meter.JournalLost.Total is > 0 and var rows)
            yield return $"{rows} rows of gaps, coverage or quarantine were lost while recording, because nothing had room for them.";
        if (spooled.Corrupt > 0)
            yield return $"{spooled.Corrupt} files of the spool are damaged and were set aside in its folder corrupt/: their rows are not stored.";
        if (meter.Spooled.Of("gone") is > 0 and var gone)
            yield return $"{gone} files are no longer in the spool, and the recorder did not remove them: their rows are not stored.";
    }
}
