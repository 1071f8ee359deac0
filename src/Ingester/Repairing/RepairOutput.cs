using Ingester.Core.Keys;
using Ingester.Core.Segments;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Errors;
using Ingester.Importing;
using Ingester.Storage.Stores;
using Ingester.Storage.Uploads;

namespace Ingester.Repairing;

/// <summary>Stores what a repair found: fragments, and the rows of <c>gaps</c> that record closed gaps.</summary>
internal sealed class RepairOutput : IDisposable
{
    /// <summary>Replica name in the keys of the gap rows.</summary>
    private const string ReplicaName = "repair";

    private static readonly TimeSpan StopTimeout = TimeSpan.FromMinutes(10);

    private readonly IngesterMeter meter = new();
    private readonly RecordingClock clock = new();
    private readonly SegmentWriter writer;

    /// <summary>Opens the output; nothing is stored before <see cref="RunAsync"/>.</summary>
    /// <param name="store">The store.</param>
    /// <param name="prefix">The prefix of all keys.</param>
    /// <param name="segments">The windows.</param>
    /// <param name="loggers">The logger factory.</param>
    public RepairOutput(IObjectStore store, string prefix, SegmentOptions segments, ILoggerFactory loggers)
    {
        var identity = new ReplicaIdentity { Prefix = prefix, Replica = ReplicaName, ProcessStartMicros = Micros.Now(TimeProvider.System) };
        writer = new(store, identity, new() { UploadSpread = TimeSpan.Zero, IsBatch = true }, clock, new(loggers.CreateLogger<StorageEvents>(), meter));
        Segments = new(segments, writer, new(meter, loggers.CreateLogger<SegmentEvents>())) { Compression = writer.SegmentCompression };
    }

    /// <summary>Receives fragments and gap rows.</summary>
    public SegmentContext Segments { get; }

    /// <summary>Sets the time at which the next gap rows are stored: that of their gap, where readers look for them. It must not go back.</summary>
    /// <param name="micros">Microseconds since 1970 UTC.</param>
    public void SetTime(long micros) => clock.SetTime(micros);

    /// <summary>Runs a repair and stores what it found, also if it was stopped.</summary>
    /// <exception cref="CommandException">Something could not be stored.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> repair)
    {
        var writing = writer.RunAsync(CancellationToken.None);
        var closing = repair();
        await ((Task)closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var left = await writer.CompleteAsync(StopTimeout);
        await writing;
        return left == 0
            ? await closing
            : throw new CommandException($"{left} objects could not be stored.") { ExitCode = ExitCodes.Failed };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        writer.Dispose();
        meter.Dispose();
    }
}
