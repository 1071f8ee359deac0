using Ingester.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ingester.Storage.Spooling;

/// <summary>The events of the spool. Each event is logged and counted here, once.</summary>
internal sealed partial class SpoolEvents(ILogger log, IngesterMeter meter)
{
    private int spoolingLogged;
    private int spoolFailureLogged;
    private int spoolFullLogged;

    /// <summary>The process stops with objects in the spool; the next process uploads them.</summary>
    public void StoppedWithSpooled(in SpoolState left) => LogLeftInSpool(log, left.Files, left.Bytes);

    /// <summary>Earlier processes left objects in the spool.</summary>
    public void SpoolAdopted(long files, long bytes, string directory)
    {
        meter.SpoolObjects.Add(files, IngesterMeter.OutcomeTag("adopted"));
        LogSpoolAdopted(log, directory, files, bytes);
    }

    /// <summary>An object was written to the spool. Only the first one is logged above debug level, and the first one after a failure.</summary>
    public void ObjectSpooled(SpoolHeader header, string directory)
    {
        meter.SpoolObjects.Add(1, IngesterMeter.OutcomeTag("written"));
        if (Interlocked.Exchange(ref spoolFailureLogged, 0) == 1)
            LogSpoolRecovered(log, directory);
        if (Interlocked.Exchange(ref spoolingLogged, 1) == 0)
            LogSpooling(log, directory);
        LogSpooled(log, header.Key);
    }

    /// <summary>A spooled object was stored. The last one is logged.</summary>
    public void SpooledObjectStored(long files)
    {
        meter.SpoolObjects.Add(1, IngesterMeter.OutcomeTag("stored"));
        if (files == 0 && Interlocked.Exchange(ref spoolingLogged, 0) == 1)
            LogSpoolEmpty(log);
    }

    /// <summary>The spool could not be written or read. Of consecutive failures only the first is logged.</summary>
    public void SpoolFailed(string reason)
    {
        meter.SpoolObjects.Add(1, IngesterMeter.OutcomeTag("failed"));
        if (Interlocked.Exchange(ref spoolFailureLogged, 1) == 0)
            LogSpoolFails(log, reason);
    }

    /// <summary>The spool is full. It is logged again only after the spool was below half of its size.</summary>
    public void SpoolFull(string reason)
    {
        meter.SpoolObjects.Add(1, IngesterMeter.OutcomeTag("failed"));
        if (Interlocked.Exchange(ref spoolFullLogged, 1) == 0)
            LogSpoolFails(log, reason);
    }

    /// <summary>The spool is less than half full.</summary>
    public void SpoolSpaceFreed() => Interlocked.Exchange(ref spoolFullLogged, 0);

    /// <summary>A damaged spool file was moved to <c>corrupt/</c>.</summary>
    public void SpoolFileCorrupt(string path, string reason)
    {
        meter.SpoolObjects.Add(1, IngesterMeter.OutcomeTag("corrupt"));
        LogSpoolCorrupt(log, path, reason);
    }

    /// <summary>Spool files were removed by someone else.</summary>
    public void SpoolFilesMissing(string folder, long files)
    {
        meter.SpoolObjects.Add(files, IngesterMeter.OutcomeTag("gone"));
        LogSpoolGone(log, files, folder);
    }

    [LoggerMessage(LogLevel.Error, "Stopped before all data was stored: {Files} objects remain in the spool ({Bytes} bytes on disk). The next process that uses this spool uploads them.")]
    private static partial void LogLeftInSpool(ILogger log, long files, long bytes);

    [LoggerMessage(LogLevel.Warning, "The spool {Directory} holds {Files} objects of earlier processes ({Bytes} bytes on disk). They are uploaded now.")]
    private static partial void LogSpoolAdopted(ILogger log, string directory, long files, long bytes);

    [LoggerMessage(LogLevel.Warning, "Objects that cannot be uploaded in time are now written to the spool {Directory}; no data is lost yet.")]
    private static partial void LogSpooling(ILogger log, string directory);

    [LoggerMessage(LogLevel.Debug, "{Key} waits in the spool.")]
    private static partial void LogSpooled(ILogger log, string key);

    [LoggerMessage(LogLevel.Information, "The spool is empty: all its objects are stored.")]
    private static partial void LogSpoolEmpty(ILogger log);

    [LoggerMessage(LogLevel.Error, "The spool cannot be used, and an operator must act. Segments stay in memory while there is space. {Reason}")]
    private static partial void LogSpoolFails(ILogger log, string reason);

    [LoggerMessage(LogLevel.Information, "The spool {Directory} can be written again.")]
    private static partial void LogSpoolRecovered(ILogger log, string directory);

    [LoggerMessage(LogLevel.Error, "A spool file is damaged: {Reason}. It will not be uploaded and was moved to {Path}.")]
    private static partial void LogSpoolCorrupt(ILogger log, string path, string reason);

    [LoggerMessage(LogLevel.Error, "{Files} files of the minute {Folder} disappeared from the spool, and this process did not remove them: their data is lost.")]
    private static partial void LogSpoolGone(ILogger log, long files, string folder);
}
