using System.Text;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;

namespace Ingester.Exchanges.BitFlyer;

/// <summary>
/// Decodes the frames of bitFlyer Lightning: JSON-RPC 2.0, <c>{"jsonrpc":"2.0","method":"channelMessage","params":{"channel":…,"message":…}}</c>, or the response to a
/// request. https://bf-lightning-api.readme.io/docs/realtime-board
/// </summary>
internal sealed class BitFlyerDecoder : IFrameDecoder
{
    private static readonly FieldMap Trade = new()
    {
        { "id", Field.Sequence }, { "side", Field.TakerSide }, { "price", Field.Price }, { "size", Field.Size }, { "exec_date", Field.UtcTime },
    };

    private static readonly FieldMap Board = new(LevelFormat.Objects("price", "size")) { { "bids", Field.Bids }, { "asks", Field.Asks } };

    private readonly LevelWriter levels = new();
    private readonly StagedTrades trades = new();

    /// <summary>The number of responses that had arrived when the last snapshot of a symbol was emitted, plus one.</summary>
    private readonly SymbolMap<int> snapshots = new();

    private int responses = 1;

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        levels.Clear();
        trades.Clear();
        var json = new FrameReader(frame);
        var channel = ReadChannel(json, out var isMessage);
        if (!isMessage)
            ReadResponse(ref json, sink);
        else if (TrySymbol(channel, "lightning_executions_"u8, out var symbol))
            ReadTrades(ref json, symbol, frame, sink);
        else if (TrySymbol(channel, "lightning_board_snapshot_"u8, out symbol))
            ReadSnapshot(ref json, symbol, sink);
        else if (TrySymbol(channel, "lightning_board_"u8, out symbol))
            sink.OnDiff(ReadBoard(ref json, symbol));
        else if (TrySymbol(channel, "lightning_ticker_"u8, out _))
            Ignore(ref json, channel, sink);
        else
            throw json.Fault($"The channel '{Encoding.UTF8.GetString(channel)}' is unknown");
    }

    /// <summary>Looks ahead for the channel of a message.</summary>
    private static ReadOnlySpan<byte> ReadChannel(FrameReader json, out bool isMessage)
    {
        isMessage = false;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("params"u8))
            {
                isMessage = true;
                json.MoveTo("channel"u8);
                return json.Text();
            }
            else
            {
                json.Skip();
            }

        return default;
    }

    /// <summary>The symbol after the name of a channel. Symbols hold underscores themselves.</summary>
    private static bool TrySymbol(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> symbol)
    {
        symbol = channel.Length > name.Length && channel.StartsWith(name) ? channel[name.Length..] : default;
        return !symbol.IsEmpty;
    }

    /// <summary>Reads a list of trades, oldest first. One without a side, of an auction, is refused: its taker is unknown.</summary>
    private void ReadTrades(ref FrameReader json, ReadOnlySpan<byte> symbol, ReadOnlySpan<byte> frame, IEventSink sink)
    {
        json.MoveTo("params"u8);
        json.MoveTo("message"u8);
        json.Array();
        while (json.Element())
        {
            var trade = new FieldValues { Symbol = symbol };
            Trade.Read(ref json, levels, ref trade);
            trades.Add(frame, trade);
        }

        MoveToEnd(ref json);
        trades.Emit(frame, sink);
    }

    /// <summary>
    /// Reads a snapshot of up to about 300 levels per side, which the exchange repeats every few seconds. The first one of a symbol, and the next one after each response to
    /// a request, is emitted: then the stream may have been subscribed again. Further ones are ignored.
    /// </summary>
    private void ReadSnapshot(ref FrameReader json, ReadOnlySpan<byte> symbol, IEventSink sink)
    {
        var snapshot = ReadBoard(ref json, symbol);
        ref var emitted = ref snapshots[symbol];
        if (emitted == responses)
        {
            sink.OnNotice(new() { Kind = NoticeKind.Ignored, Channel = "lightning_board_snapshot"u8 });
            return;
        }

        emitted = responses;
        snapshot.SnapshotLevels = BitFlyerExchange.Depth;
        sink.OnSnapshot(snapshot);
    }

    /// <summary>Reads a message of a book. It has neither an id nor a time.</summary>
    private DepthEvent ReadBoard(ref FrameReader json, ReadOnlySpan<byte> symbol)
    {
        var book = new FieldValues { Symbol = symbol };
        json.MoveTo("params"u8);
        json.MoveTo("message"u8);
        Board.Read(ref json, levels, ref book);
        MoveToEnd(ref json);
        return book.ToDepth();
    }

    /// <summary>
    /// Reads <c>{"jsonrpc":"2.0","id":7,"result":true}</c>, or <c>{"jsonrpc":"2.0","id":7,"error":{"code":-32602,"message":"…"}}</c>.
    /// </summary>
    private void ReadResponse(ref FrameReader json, IEventSink sink)
    {
        long? requestId = null;
        ReadOnlySpan<byte> message = default;
        var (isAccepted, isRejected) = (false, false);
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("id"u8) && !json.IsNext('n'))
            {
                requestId = json.AnyInteger(out _);
            }
            else if (name.SequenceEqual("result"u8) && !json.IsNext('n'))
            {
                isAccepted = true;
                json.Skip();
            }
            else if (name.SequenceEqual("error"u8) && !json.IsNext('n'))
            {
                isRejected = true;
                message = json.HumanTextOf("message"u8);
            }
            else
            {
                json.Skip();
            }

        json.ExpectEnd();
        if (!isAccepted && !isRejected)
            throw json.Fault("The message has neither parameters nor a result nor an error");
        responses++;
        var accepted = requestId is null ? NoticeKind.Ignored : NoticeKind.Acknowledged; // each of our requests has an id
        sink.OnNotice(new() { Kind = isRejected ? NoticeKind.Rejected : accepted, RequestId = requestId, Text = message });
    }

    private static void Ignore(ref FrameReader json, ReadOnlySpan<byte> channel, IEventSink sink)
    {
        json.Skip();
        json.ExpectEnd();
        sink.OnNotice(new() { Kind = NoticeKind.Ignored, Channel = channel });
    }

    /// <summary>Reads what follows the message: the rest of the parameters, and of the frame.</summary>
    private static void MoveToEnd(ref FrameReader json)
    {
        while (json.Property(out _))
            json.Skip();
        json.MoveToEnd();
    }
}
