using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Recording.Snapshots;
using Ingester.WebSockets.Frames;

namespace Ingester.Recording.Lanes;

/// <summary>Decodes the frames of one connection and records their events, on the thread that received them.</summary>
internal sealed class LaneFeed(Lane lane, INoticeListener listener) : ILaneFeed, IEventSink
{
    private readonly DecoderBugs bugs = new();
    private readonly List<PendingBook> timeless = [];
    private readonly long grace = Micros.From(lane.Context.Options.Grace);
    private readonly long tolerance = Micros.From(lane.Context.Options.AheadTolerance);
    private readonly long settle = Micros.From(lane.Context.Options.Settle);
    private (long Since, long At, long? SpreadAt) doubt; // exchange and local time of the first undecodable frame that is not yet reported to all streams; local time of the last report
    private IFrameDecoder decoder = lane.Exchange.OpenDecoder();
    private SinkGuard? guard;
    private string? unknown;

    /// <summary>The reason of a snapshot from a connection that joins another one during a handover.</summary>
    private static ReadOnlySpan<byte> Joined => "rotation"u8;

    /// <summary>The exchange time and the local time of this connection.</summary>
    public FeedClock Clock { get; } = new();

    /// <summary>Local time of the last event or heartbeat; zero before the first.</summary>
    public long AliveAt { get; private set; }

    /// <summary>Receives notices.</summary>
    public INoticeListener Listener => listener;

    /// <inheritdoc/>
    public Takeover Takeover => lane.TakeoverBy(Clock);

    /// <inheritdoc/>
    public void Receive(ReadOnlySpan<byte> frame)
    {
        lock (lane.Gate)
        {
            Clock.Local = Micros.Now(lane.Clock);
            Take(frame);
        }
    }

    /// <inheritdoc/>
    public void ReceiveRest(IMessageSource came, int longest)
    {
        if (!came.TryTake(longest, out var frame))
            return; // a single frame needs no second lock
        lock (lane.Gate)
            do
                Take(frame);
            while (came.TryTake(longest, out frame));
    }

    /// <inheritdoc/>
    public void Subscribed(IReadOnlyList<Subscription> streams)
    {
        lock (lane.Gate)
        {
            Clock.Local = Micros.Now(lane.Clock);
            foreach (var stream in streams)
                lane.Find(Encoding.UTF8.GetBytes(stream.Market.Symbol))?.Find(stream.Dataset)?.Covered(Clock);
        }
    }

    /// <inheritdoc/>
    public bool Carries(Subscription stream)
    {
        lock (lane.Gate)
            return lane.Find(Encoding.UTF8.GetBytes(stream.Market.Symbol))?.Find(stream.Dataset)?.CarriedBy(Clock) ?? false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (lane.Gate)
        {
            WriteLastBooks();
            SpreadDoubt(ends: true);
        }

        lane.Lost(this);
    }

    /// <inheritdoc/>
    void IEventSink.Trade(in TradeEvent trade)
    {
        if (trade.Micros is not 0)
            Hear(trade.Micros, trade.Replayed);
        if (trade.Aggregated)
            lane.Tally.AggTrades++;
        else
            lane.Tally.Trades++;
        if (Find(trade.Symbol, trade.Aggregated ? Dataset.AggTrades : Dataset.Trades) is not { } stream)
            return;
        if (trade.Micros is not 0)
        {
            stream.Trade(trade, Clock);
            return;
        }

        var timed = trade;
        (timed.Micros, timed.Mark) = TimeWithout();
        stream.Trade(timed, Clock);
    }

    /// <inheritdoc/>
    void IEventSink.Depth(in DepthEvent diff)
    {
        if (diff.Micros is { } heard)
            Hear(heard, replayed: false);
        lane.Tally.Depth++;
        if (Find(diff.Symbol, Dataset.Depth) is not { } stream)
            return;
        var timed = diff;
        if (diff.Micros is null)
            (timed.Micros, timed.Mark) = TimeWithout();
        if (timeless.Count > 0)
            WriteBooks(stream, timed.Micros!.Value);
        stream.Depth(timed, Clock);
    }

    /// <inheritdoc/>
    void IEventSink.Book(in DepthEvent book)
    {
        lane.Tally.Books++;
        if (Find(book.Symbol, Dataset.Depth) is not { } stream)
            return;
        if (book.Micros is { } micros)
            Hear(micros, replayed: false);
        var reason = stream.BookCame(Clock);
        if (!reason.SequenceEqual(Joined)) // the live book continues with the joined diffs instead
            lane.Find(book.Symbol)?.Watch?.Booked(book);
        if (book.Micros is { } time)
        {
            Write(stream, book, time, reason, quiet: false);
            return;
        }

        timeless.RemoveAll(older => older.Stream == stream); // no diff came between them
        timeless.Add(new(stream, book, reason) { Told = Math.Max(Clock.Exchange, Clock.Last) });
    }

    /// <inheritdoc/>
    void IEventSink.Notice(in Notice notice)
    {
        if (notice.Kind == NoticeKind.Ignored)
            lane.Tally.Ignored++;
        if (notice.Kind == NoticeKind.Heartbeat)
        {
            lane.Statistics.Heartbeat(Clock);
            AliveAt = Clock.Local;
        }

        if (notice.Micros is { } micros)
            Hear(micros, replayed: false);
        if (notice is { Kind: NoticeKind.Heartbeat, LastTradeId: { } last })
            lane.FindExisting(notice.Symbol, Dataset.Trades)?.OnLastId(last, Clock);
        listener.Heard(notice);
    }

    /// <summary>Removes a stream from the lane: a snapshot of it that is still untimed is stored now.</summary>
    internal void Leave(StreamRecorder stream) => WriteLastBooks(stream);

    private void Take(ReadOnlySpan<byte> frame)
    {
        lane.Tally.Frames++;
        Clock.BeginFrame();
        unknown = null;
        guard ??= new(this);
        try
        {
            decoder.Decode(frame, guard);
            bugs.Decoded();
        }
        catch (JsonException broken) when (!guard.Recording)
        {
            Quarantine(frame, broken.Message);
            Undecodable(frame);
        }
        catch (Exception bug)
        {
            // Supervising edge of one frame: after a bug in the decoder only the frame is quarantined; a bug in a recorder is thrown to the
            // exchange's supervisor.
            Quarantine(frame, $"bug: {bug.GetType().Name}: {bug.Message}", bug);
            Undecodable(frame);
            if (guard.Recording)
                throw;
            decoder = lane.Exchange.OpenDecoder(); // the state of the old decoder may be wrong
            bugs.Found(bug);
        }

        if (timeless.Count > 0)
            WriteQuietBooks();
        if (unknown is not null)
            Quarantine(frame, $"unknown symbol {unknown}");
    }

    private void Hear(long micros, bool replayed)
    {
        if (replayed)
            return;
        AliveAt = Clock.Local;
        var before = Clock.Exchange;
        if (Clock.Hear(micros, tolerance, settle) is var change && change != ClockChange.None)
            lane.ClockChanged(Clock, change, before);
        lane.Statistics.Heard(Clock, micros);
    }

    /// <summary>The time of an event that the exchange sent without one (rule T6).</summary>
    private (long Micros, TimeMark Mark) TimeWithout() =>
        Clock.Exchange > 0 ? (Clock.Exchange, TimeMark.Derived) : (Clock.Local, TimeMark.Received);

    /// <summary>
    /// Marks streams as undecodable until the next exchange time: the streams of the market that the frame names, or all (rule U1).
    /// </summary>
    private void Undecodable(ReadOnlySpan<byte> frame)
    {
        if (lane.Named(frame) is { } market)
        {
            foreach (var stream in market.All)
                stream.Undecodable(Clock, Clock.Exchange, Clock.Local);
            return;
        }

        if (!Clock.InDoubt)
            (doubt.Since, doubt.At) = (Clock.Exchange, Clock.Local);
        Clock.InDoubt = true;
        SpreadDoubt();
    }

    /// <summary>Marks all streams of the connection after undecodable frames, at most once a minute (rule U3).</summary>
    /// <param name="ends">True when the connection ends, so that this is the last report.</param>
    internal void SpreadDoubt(bool ends = false)
    {
        if (!Clock.InDoubt || (!ends && doubt.SpreadAt is { } at && Clock.Local >= at && Clock.Local < at + Window.MicrosPerMinute))
            return;
        foreach (var stream in lane.All)
            stream.Undecodable(Clock, doubt.Since, doubt.At);
        doubt.SpreadAt = Clock.Local;
        Clock.InDoubt = false;
    }

    private StreamRecorder? Find(ReadOnlySpan<byte> symbol, Dataset dataset)
    {
        if (lane.Find(symbol) is not { } market)
        {
            unknown = Encoding.UTF8.GetString(symbol);
            return null;
        }

        var stream = market.Find(dataset);
        if (stream is null)
            lane.Tally.Ignored++;
        return stream;
    }

    private void Quarantine(ReadOnlySpan<byte> frame, string reason, Exception? bug = null)
    {
        lane.Tally.Quarantined++;
        var exchange = lane.Exchange.Profile.Name;
        lane.Context.Output.Add(new(Dataset.Quarantine, exchange, QuarantineRow.ToJson(Clock.Local, reason, frame)));
        lane.Events.Quarantined(exchange, reason, bug, repeated: bugs.InARow > 0);
    }

    /// <summary>Writes the snapshot that waits for the stream's next diff, with the time of that diff.</summary>
    private void WriteBooks(StreamRecorder stream, long micros)
    {
        for (var i = timeless.Count - 1; i >= 0; i--)
            if (timeless[i].Stream == stream)
                WriteBook(i, micros, quiet: false);
    }

    /// <summary>
    /// Writes the remaining untimed snapshots, at the end of the connection or of one stream, with the present exchange time; an
    /// earlier time would be wrong. A snapshot for a handover that did not happen is dropped.
    /// </summary>
    private void WriteLastBooks(StreamRecorder? only = null)
    {
        for (var i = timeless.Count - 1; i >= 0; i--)
            if ((only is null || timeless[i].Stream == only) && !timeless[i].Reason.SequenceEqual(Joined))
                WriteBook(i, Micros.Now(lane.Clock) - Clock.Lag, quiet: true);
        timeless.RemoveAll(book => only is null || book.Stream == only);
    }

    private void WriteQuietBooks()
    {
        for (var i = timeless.Count - 1; i >= 0; i--)
            if (timeless[i].TimeOfQuiet(Clock.Exchange, grace) is { } micros)
                WriteBook(i, micros, quiet: true);
    }

    private void WriteBook(int index, long micros, bool quiet)
    {
        var book = timeless[index];
        timeless.RemoveAt(index);
        Write(book.Stream, book.ToEvent(), micros, book.Reason, quiet);
    }

    private void Write(StreamRecorder stream, in DepthEvent book, long micros, ReadOnlySpan<byte> reason, bool quiet)
    {
        var rows = new RowBuffer();
        RowWriter.Book(rows, book, micros, reason);
        if (lane.Context.Output.TryAdd(new SealedBook { Stream = stream.Stream, Micros = micros, UpTo = book.Range?.UpTo, Rows = rows }))
        {
            stream.BookStored(micros, begins: !reason.SequenceEqual(Joined), quiet);
            return;
        }

        rows.Dispose();
        lane.Events.BookOverflowed(stream.Stream);
    }
}
