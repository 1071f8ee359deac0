using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Recordings;
using Ingester.Core.Segments;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Errors;
using Ingester.Reading.Windows;
using Ingester.Recording.Lanes;
using Ingester.Recording.Snapshots;
using Ingester.Storage.Stores;
using Ingester.Storage.Uploads;
using Polly;
using Polly.Timeout;

namespace Ingester.Importing;

/// <summary>
/// Sends recordings through the same decoders, cursors and segments as live frames. Reading waits for the store (back-pressure), so that nothing is
/// dropped.
/// </summary>
/// <param name="exchange">The exchange that sent the frames.</param>
/// <param name="store">The target store.</param>
/// <param name="options">Options of windows and uploads.</param>
/// <param name="loggers">The logger factory.</param>
internal sealed class Importer(IExchange exchange, IObjectStore store, ImportOptions options, ILoggerFactory loggers) : INoticeListener
{
    private const int MaxQueuedObjects = 4_000; // objects; reading pauses above half of this; the rest of a batch that is already in memory may exceed it
    private const double MaxQueueShare = 0.5;

    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan NoTimeout = TimeSpan.FromDays(40); // the import waits for the store until it is stopped; the maximum of a timer

    /// <summary>A recording without receive times has no local clock, so no event time can be ahead of it.</summary>
    private static readonly TimeSpan NoTolerance = TimeSpan.FromDays(36_500);

    private readonly RecordingClock clock = new();
    private readonly StoreWaitReporter waitReporter = new(TimeProvider.System);
    private readonly HashSet<string> unstorable = new(StringComparer.Ordinal);
    private readonly ResiliencePipeline checkTimeout = new ResiliencePipelineBuilder().AddTimeout(TimeSpan.FromSeconds(5)).Build();

    private LaneServices plannedServices = new(); // of the lanes of the present raw recording
    private ImportSnapshots? snapshots;
    private long dropped;
    private bool windowsChecked;
    private long frameNumber;
    private long lastTickSecond = long.MinValue;

    /// <summary>Number of imported frames so far.</summary>
    public long Frames { get; private set; }

    /// <summary>Imports the recordings in order. The connections of each recording are new.</summary>
    /// <exception cref="StoreException">The store rejects requests.</exception>
    /// <exception cref="UnsafeStoreException">The store replaces objects.</exception>
    /// <exception cref="RecordingFileException">A file cannot be read; stored objects remain.</exception>
    /// <exception cref="CommandException">The import was stopped; stored objects remain.</exception>
    public async Task<ImportSummary> RunAsync(IReadOnlyList<ImportRecording> recordings, MarketResolver markets, FrameSpan span, CancellationToken cancel)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var meter = new IngesterMeter();
        using var writer = CreateWriter(meter);
        var context = new SegmentContext(SegmentOptionsFor(recordings), writer, new(meter, loggers.CreateLogger<SegmentEvents>()))
        {
            Compression = writer.SegmentCompression,
            RecordsArrivals = options.RecordsArrivals && recordings.SelectMany(recording => recording.Messages).All(file => file.HasTimes),
        };
        var events = new LaneEvents(meter, loggers.CreateLogger<LaneEvents>());
        var lanes = new ImportLanes(
            () => new(exchange, context, events, clock) { UnknownMarketFactory = symbol => StorableOrNull(markets.Resolve(symbol)) },
            () => new(exchange, context, events, clock) { Services = plannedServices },
            AcceptPlanned);

        // At a stop, sealed objects have some seconds to be stored; the rest is abandoned.
        using var abandon = new CancellationTokenSource();
        await using var stop = cancel.Register(() => abandon.CancelAfter(StopTimeout));
        var writing = writer.RunAsync(abandon.Token);
        var reading = ReadAsync(recordings, lanes, span, (writer, writing), cancel);
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var completing = writer.CompleteAsync(reading.IsCompletedSuccessfully ? NoTimeout : StopTimeout);
        await WaitAndReportAsync(completing, writer, CancellationToken.None);
        var left = await completing;
        await writing; // throws the last error of the store, if it rejects requests
        if (cancel.IsCancellationRequested && (left > 0 || !reading.IsCompletedSuccessfully))
            throw CreateStoppedException(left);
        await reading;
        return ImportSummary.Create(exchange.Profile.Name, lanes.All, meter, TimeProvider.System.GetElapsedTime(began)) with
        {
            Unstorable = [.. unstorable.Order(StringComparer.Ordinal)],
            Dropped = dropped,
            Lost = left + meter.SegmentsDropped.Total + meter.JournalRowsLost.Total,
        };
    }

    /// <inheritdoc/>
    void INoticeListener.OnNotice(in Notice notice)
    {
        // A recording accepts no requests.
    }

    /// <inheritdoc/>
    void INoticeListener.Resubscribe(Subscription stream)
    {
        // A recording cannot be resubscribed.
    }

    private CommandException CreateStoppedException(int left) => new(
        $"Stopped after {Frames:N0} frames: {left:N0} sealed objects and all unsealed rows are not stored. Import the same files again to store them.")
    {
        ExitCode = ExitCodes.Failed,
    };

    private SegmentWriter CreateWriter(IngesterMeter meter)
    {
        var source = options.Storage;
        var storage = new StorageOptions
        {
            IsBatch = true,
            UploadSpread = TimeSpan.Zero,
            MaxQueuedObjects = MaxQueuedObjects,
            UploadWorkers = source.UploadWorkers,
            MaxQueuedBytes = source.MaxQueuedBytes,
            MaxJournalPartBytes = source.MaxJournalPartBytes,
            Compression = source.Compression,
            RetryDelay = source.RetryDelay,
            MaxRetryDelay = source.MaxRetryDelay,
        };
        return new(store, options.Identity, storage, clock, new(loggers.CreateLogger<StorageEvents>(), meter))
        {
            Probe = new(store, options.Identity.Prefix, options.StoreName),
        };
    }

    private SegmentOptions SegmentOptionsFor(IReadOnlyList<ImportRecording> recordings)
    {
        var source = options.Segments;
        return recordings.SelectMany(recording => recording.Messages).All(file => file.HasTimes) ? source : new()
        {
            Windows = source.Windows,
            ProofLeadTime = source.ProofLeadTime,
            Grace = source.Grace,
            MaxHoldTime = source.MaxHoldTime,
            MaxSegmentBytes = source.MaxSegmentBytes,
            MaxClockAhead = NoTolerance,
        };
    }

    private async Task ReadAsync(
        IReadOnlyList<ImportRecording> recordings, ImportLanes lanes, FrameSpan span, (SegmentWriter Writer, Task Writing) output, CancellationToken cancel)
    {
        foreach (var recording in recordings)
        {
            await ReadAsync(recording, lanes, span, output, cancel);
            lanes.EndPlanned();
        }

        lanes.Close();
        await WaitForRoomAsync(output, share: 0, cancel);
    }

    private async Task ReadAsync(ImportRecording recording, ImportLanes lanes, FrameSpan span, (SegmentWriter Writer, Task Writing) output, CancellationToken cancel)
    {
        BeginPlannedLanes();
        var times = new ReceiveTimeEstimator(exchange);
        using var connections = new ImportConnections(exchange, lanes, this);
        await using var responses = new ImportResponses(recording.ReadResponsesAsync());
        foreach (var file in recording.Messages)
            await foreach (var batch in file.ReadAsync(cancel))
            {
                times.ReadBatch(batch);
                if (!windowsChecked && batch.Count > 0 && (batch[0].Micros ?? times.ClockAt(0)) is { } begins)
                    windowsChecked = await CheckWindowsAsync(begins, cancel); // nothing is stored before the first batch
                for (var i = 0; i < batch.Count; i++)
                {
                    while (snapshots is not null && batch[i].Micros is { } at && await responses.NextUntilAsync(at) is { } response)
                        snapshots.OnResponse(response);
                    if (!batch[i].IsMessage || span.Contains(++frameNumber))
                        Receive(batch[i], batch[i].Micros ?? times.ClockAt(i), lanes, connections, file);
                }

                await WaitForRoomAsync(output, MaxQueueShare, cancel);
            }

        dropped += connections.Dropped;
    }

    /// <summary>The lanes of a raw recording share what the lanes of one recorder share; nothing is requested from the exchange.</summary>
    private void BeginPlannedLanes()
    {
        var schedule = exchange.Profile.Book.SnapshotEndpoint is null ? null : new SnapshotSchedule(clock, TimeSpan.FromDays(1), new(0)) { IsExternal = true };
        snapshots = schedule is null ? null : new(exchange.Profile.Book.SnapshotEndpoint!, schedule);
        plannedServices = new() { Snapshots = schedule, HasVerifiedBook = options.HasVerifiedBook };
    }

    private bool AcceptPlanned(Subscription stream)
    {
        if (exchange.Profile.Find(stream.Dataset) is null || StorableOrNull(stream.Market) is null)
            return false;
        snapshots?.Add(stream);
        return true;
    }

    /// <summary>Sets the clock to the receive time before the frame is processed.</summary>
    private void Receive(in RecordedFrame frame, long? micros, ImportLanes lanes, ImportConnections connections, RecordingFile file)
    {
        if (micros is { } received)
            clock.SetTime(received);
        try
        {
            connections.Receive(frame);
        }
        catch (JsonException invalid)
        {
            throw new RecordingFileException($"{file}, a line of connection {frame.Connection} at {Micros.ToDateTime(frame.Micros ?? 0):u}: {invalid.Message}", invalid) { IsReadError = true };
        }

        if (!frame.IsMessage)
            return;
        Frames++;
        var second = Micros.Now(clock) / 1_000_000;
        if (second == lastTickSecond || second == 0)
            return;
        lastTickSecond = second;
        lanes.Tick();
    }

    /// <summary>
    /// Compares the window lengths with those in the store and rejects different lengths for the same time. Returns false when the store does not
    /// respond yet.
    /// </summary>
    private async Task<bool> CheckWindowsAsync(long micros, CancellationToken cancel)
    {
        try
        {
            await checkTimeout.ExecuteAsync(async stop => await RequireSameWindowsAsync(micros, stop), cancel);
            return true;
        }
        catch (Exception failure) when (failure is StoreException or TimeoutRejectedException)
        {
            return false; // the writer reports the error of the store
        }
    }

    private async Task RequireSameWindowsAsync(long micros, CancellationToken cancel)
    {
        var check = new WindowLengthCheck(store, options.Identity.Prefix, [.. options.Segments.Windows]);
        if (await check.CheckAroundAsync(exchange.Profile.Name, micros, cancel) is { Count: > 0 } mismatches)
            throw new CommandException($"{mismatches.First().Message} Import with the same lengths (Segments:Windows) or into another store (--store).");
    }

    private Market? StorableOrNull(Market market)
    {
        if (options.Limits?.FindProblem(exchange.Profile.Name, market.Name) is not { } problem)
            return market;
        if (unstorable.Add(market.Name))
            options.WriteMessage($"The market \"{market.Name}\" is not imported because its objects cannot be stored: {problem}.");
        return null;
    }

    private async Task WaitForRoomAsync((SegmentWriter Writer, Task Writing) output, double share, CancellationToken cancel)
    {
        await WaitAndReportAsync(output.Writer.WhenDrainedToAsync(share), output.Writer, cancel);
        if (output.Writing.IsCompleted)
            await output.Writing; // throws the error that ended the writer
    }

    private async Task WaitAndReportAsync(Task done, SegmentWriter writer, CancellationToken cancel)
    {
        while (!done.IsCompleted)
        {
            await Task.WhenAny(done, Task.Delay(ReportInterval, TimeProvider.System, cancel));
            cancel.ThrowIfCancellationRequested();
            if (!done.IsCompleted && waitReporter.Update(writer.BacklogState, writer.StoreHealth) is { } message)
                options.WriteMessage(message);
        }

        waitReporter.Reset();
    }
}
