using Ingester.Core.Connections;
using Ingester.Core.Exchanges;
using Ingester.Core.Segments;
using Ingester.Core.Storage;
using Ingester.Core.Telemetry;
using Ingester.Core.Windows;

namespace Ingester.Importing;

/// <summary>Which frames of a recording are imported: numbers count from 1 over all files together, both ends included.</summary>
/// <param name="From">The first frame.</param>
/// <param name="To">The last frame.</param>
internal readonly record struct FrameSpan(long From, long To)
{
    /// <summary>True when the frame of this number is wanted.</summary>
    public bool Holds(long number) => number >= From && number <= To;
}

/// <summary>Sends recordings through the same decoders, cursors and segments as live frames, at the pace that the store takes them.</summary>
/// <param name="exchange">The exchange that sent the frames.</param>
/// <param name="store">Where segments go.</param>
/// <param name="identity">Who writes.</param>
/// <param name="loggers">Where messages go.</param>
internal sealed class Importer(IExchange exchange, IObjectStore store, StorageIdentity identity, ILoggerFactory loggers) : INoticeListener
{
    private const int Queue = 4_000; // more objects than the frames of one batch can seal
    private const double MostWaiting = 0.5; // share of the queue beyond which reading waits for the store
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestStop = TimeSpan.FromMinutes(10);

    /// <summary>A recording without times has no local clock: nothing in it is ahead of that.</summary>
    private static readonly TimeSpan NoTolerance = TimeSpan.FromDays(36_500);

    private readonly RecordingClock clock = new();
    private long number;
    private long ticked = long.MinValue;

    /// <summary>How many frames were sent through so far.</summary>
    public long Frames { get; private set; }

    /// <summary>Imports the files in their order, as one connection each that follows the last.</summary>
    public async Task<ImportSummary> RunAsync(IReadOnlyList<RecordingFile> files, MarketSource markets, FrameSpan span, CancellationToken cancel)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var meter = new IngesterMeter();
        using var writer = new SegmentWriter(
            store, identity, new() { UploadSpread = TimeSpan.Zero, QueuedSegments = Queue }, clock, new(loggers.CreateLogger<StorageEvents>(), meter));
        var options = new SegmentOptions();
        if (files.Any(file => !file.HasTimes))
            options.AheadTolerance = NoTolerance;
        var context = new SegmentContext(options, writer, new(meter, loggers.CreateLogger<SegmentEvents>())) { Packing = writer.Packing };
        var lane = new Lane(exchange, context, new(meter, loggers.CreateLogger<LaneEvents>()), clock) { Unlisted = markets.Name };

        using var abandon = new CancellationTokenSource();
        Task? writing = null;
        foreach (var file in files)
        {
            using var feed = (LaneFeed)lane.Open(this);
            await foreach (var batch in file.ReadAsync(cancel))
            {
                foreach (var frame in batch)
                    Take(lane, feed, frame, span);
                if (writing is null && Frames > 0)
                {
                    await CheckWindowsAsync(options, cancel); // nothing was stored before
                    writing = writer.RunAsync(abandon.Token);
                }

                await WaitForRoomAsync(writer);
            }
        }

        lane.Close();
        writing ??= writer.RunAsync(abandon.Token);
        var left = await writer.CompleteAsync(LongestStop);
        await writing;
        return left == 0
            ? ImportSummary.Of(lane, meter, TimeProvider.System.GetElapsedTime(began))
            : throw new CommandException($"{left} objects could not be stored.") { ExitCode = Commands.CommandRunner.Failed };
    }

    /// <inheritdoc/>
    void INoticeListener.Heard(in Notice notice)
    {
        // A recording answers nobody.
    }

    /// <inheritdoc/>
    void INoticeListener.Stalled(Subscription stream)
    {
        // And nobody can ask it anything.
    }

    private void Take(Lane lane, LaneFeed feed, in RecordedFrame frame, FrameSpan span)
    {
        number++;
        if (!span.Holds(number))
            return;
        if (frame.Micros is { } micros)
            clock.Show(micros);
        feed.Receive(frame.Bytes.Span);
        Frames++;
        if (frame.Micros is null && feed.Clock.Last > 0)
            clock.Show(feed.Clock.Last);
        var second = Micros.Now(clock) / 1_000_000;
        if (second == ticked || second == 0)
            return;
        ticked = second;
        lane.Tick();
    }

    /// <summary>Refuses to store windows beside those of another length for the same time.</summary>
    private async Task CheckWindowsAsync(SegmentOptions options, CancellationToken cancel)
    {
        var check = new WindowCheck(store, identity.Prefix, [.. options.Windows]);
        if (await check.AroundAsync(exchange.Profile.Name, Micros.Now(clock), cancel) is { Count: > 0 } mismatches)
            throw new CommandException($"{mismatches.First().Sentence} An import has windows of {WindowMismatch.Length(1)}: rows would be stored twice, "
                + "under windows of both lengths. Import into a store of its own (--store).");
    }

    private static async Task WaitForRoomAsync(SegmentWriter writer)
    {
        try
        {
            await writer.WhenDrainedToAsync(MostWaiting).WaitAsync(Patience, TimeProvider.System);
        }
        catch (TimeoutException late)
        {
            throw new CommandException($"The store has not taken anything for {Patience}: the import gives up.", late) { ExitCode = Commands.CommandRunner.Failed };
        }
    }
}
