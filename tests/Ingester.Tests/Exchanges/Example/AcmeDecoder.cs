using System.Text;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Sequencing;

namespace Ingester.Tests.Exchanges.Example;

/// <summary>Decodes the frames of Acme v1: a channel <c>ch</c> with its data, or the answer to an <c>op</c>.</summary>
internal sealed class AcmeDecoder : IFrameDecoder
{
    private static readonly FieldMap Trade = new()
    {
        { "sym", Field.Symbol }, { "id", Field.Sequence }, { "ts", Field.Milliseconds }, { "px", Field.Price }, { "qty", Field.Size }, { "side", Field.TakerSide },
    };

    private static readonly FieldMap Book = new()
    {
        { "sym", Field.Symbol }, { "ts", Field.Milliseconds }, { "seq", Field.LastId }, { "prev", Field.PreviousId, false }, { "bids", Field.Bids }, { "asks", Field.Asks },
    };

    private readonly LevelWriter levels = new();
    private readonly StagedTrades trades = new();

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> frame, IEventSink sink)
    {
        levels.Clear();
        trades.Clear();
        var json = new FrameReader(frame);
        var channel = json.Peek("ch"u8);
        if (channel.IsEmpty)
            ReadAnswer(ref json, sink);
        else if (channel.SequenceEqual("trades"u8))
            ReadTrades(ref json, frame, sink);
        else if (channel.SequenceEqual("book"u8))
            ReadBook(ref json, sink);
        else if (channel.SequenceEqual("ticker"u8))
            Ignore(ref json, channel, sink);
        else
            throw json.Fault($"The channel '{Encoding.UTF8.GetString(channel)}' is unknown");
    }

    /// <summary>Reads trades, the newest first; those of <c>"type":"snapshot"</c> happened before the subscription.</summary>
    private void ReadTrades(ref FrameReader json, ReadOnlySpan<byte> frame, IEventSink sink)
    {
        var (isReplayed, hasData) = (json.Peek("type"u8).SequenceEqual("snapshot"u8), false);
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("data"u8))
                hasData = ReadTradeList(ref json, frame);
            else
                json.Skip();
        json.ExpectEnd();
        json.Require(hasData, "data");
        trades.Emit(frame, sink, isReplayed, TradeOrder.NewestFirst);
    }

    private bool ReadTradeList(ref FrameReader json, ReadOnlySpan<byte> frame)
    {
        json.Array();
        while (json.Element())
        {
            var trade = new FieldValues();
            Trade.Read(ref json, levels, ref trade);
            trades.Add(frame, trade);
        }

        return true;
    }

    /// <summary>Reads a snapshot or a diff: "<c>prev</c> is the <c>seq</c> of the previous update of this market" (rule 3 of the vendor's page).</summary>
    private void ReadBook(ref FrameReader json, IEventSink sink)
    {
        var isSnapshot = json.Peek("type"u8).SequenceEqual("snapshot"u8);
        var book = new FieldValues();
        Book.Read(ref json, levels, ref book);
        json.ExpectEnd();
        json.Require(isSnapshot || book.PreviousId is not null, "prev");
        var last = book.LastId.GetValueOrDefault();
        var depth = book.ToDepth();
        depth.Range = isSnapshot ? SequenceRange.One(last) : new(book.PreviousId!.Value, last);
        if (isSnapshot)
            sink.OnSnapshot(depth);
        else if (depth.Range.Value.After < last)
            sink.OnDiff(depth);
        else
            throw json.Fault("The diff ends before it starts");
    }

    /// <summary>Reads <c>{"op":"subscribe","id":7,"ok":false,"error":"…"}</c> or <c>{"op":"pong"}</c>.</summary>
    private static void ReadAnswer(ref FrameReader json, IEventSink sink)
    {
        var (isPong, accepted) = (json.Peek("op"u8).SequenceEqual("pong"u8), (bool?)null);
        var answer = new Notice();
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("id"u8))
                answer.RequestId = json.Integer();
            else if (name.SequenceEqual("ok"u8))
                accepted = json.Flag();
            else if (name.SequenceEqual("error"u8))
                answer.Text = json.HumanText();
            else
                json.Skip();
        json.ExpectEnd();
        json.Require(isPong || accepted is not null, "ok");
        answer.Kind = isPong ? NoticeKind.Heartbeat : accepted == true ? NoticeKind.Acknowledged : NoticeKind.Rejected;
        sink.OnNotice(answer);
    }

    private static void Ignore(ref FrameReader json, ReadOnlySpan<byte> channel, IEventSink sink)
    {
        json.Skip();
        json.ExpectEnd();
        sink.OnNotice(new() { Kind = NoticeKind.Ignored, Channel = channel });
    }
}
