using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Exchanges.Bitfinex;

namespace Ingester.Tests.Exchanges.Bitfinex;

/// <summary>What depends on the state of a connection: which channel a frame belongs to, and the counter.</summary>
public sealed class BitfinexDecoderTests
{
    private readonly BitfinexDecoder decoder = new();

    public BitfinexDecoderTests()
    {
        Read("""{"event":"subscribed","channel":"trades","chanId":11,"symbol":"tBTCUSD","pair":"BTCUSD"}""");
        Read("""{"event":"subscribed","channel":"book","chanId":12,"symbol":"tBTCUSD","prec":"P0","freq":"F0","len":"250","pair":"BTCUSD"}""");
    }

    [Theory]
    [InlineData("[13,\"hb\",1]")]
    [InlineData("[11]")]
    [InlineData("[11,[1,1761350400123,-0.5,68120],1]")]
    [InlineData("[11,\"te\"]")]
    [InlineData("[11,\"te\",[],1]")]
    [InlineData("[11,\"te\",[1,1761350400123,-0.5],1]")]
    [InlineData("[11,\"te\",[1,\"now\",-0.5,68120],1]")]
    [InlineData("[11,\"te\",[1.5,1761350400123,-0.5,68120],1]")]
    [InlineData("[11,\"te\",[1,1761350400123,null,68120],1]")]
    [InlineData("[11,\"te\",[1,1761350400123,-0.5,68120],1.5]")]
    [InlineData("[11,\"fte\",[1,1761350400123,-0.5,68120],1]")]
    [InlineData("[11,[[1,1761350400123,-0.5]],1]")]
    [InlineData("[12,\"te\",[1,1761350400123,-0.5,68120],1]")]
    [InlineData("[12,[68120,1],1]")]
    [InlineData("[12,[68120,1.5,1],1]")]
    [InlineData("[12,[68120,1,\"1\"],1]")]
    [InlineData("[12,[[68120,1,1],68121],1]")]
    [InlineData("[12,[[68120,1,1],[]],1]")]
    [InlineData("[12,{},1]")]
    [InlineData("[12,[68120,1,1],\"1\"]")]
    [InlineData("[12,[68120,1,1],1],")]
    public void A_data_frame_of_another_form_is_refused_and_emits_nothing(string frame)
    {
        var lines = new List<string>();
        Assert.Throws<JsonException>(() => decoder.Decode(Encoding.UTF8.GetBytes(frame), new LineSink("", lines)));
        Assert.Empty(lines);
    }

    [Fact]
    public void A_jump_of_the_counter_is_reported_once_and_the_frame_is_decoded()
    {
        Read("[12,\"hb\",5]");
        Assert.Single(Read("[12,[68120,1,1],6]"));
        var lines = Read("[12,[68121,1,1],8]");
        Assert.Equal(2, lines.Count);
        Assert.Contains(nameof(NoticeKind.MessagesLost), lines[0], StringComparison.Ordinal);
        Assert.Contains("68121", lines[1], StringComparison.Ordinal);
        Assert.Single(Read("[12,[68122,1,1],9]"));
    }

    [Fact]
    public void A_refused_frame_counts_as_received()
    {
        Read("[12,\"hb\",5]");
        Assert.Throws<JsonException>(() => Read("[12,[68120,1],6]"));
        Assert.Single(Read("[12,[68120,1,1],7]"));
    }

    [Fact]
    public void An_unsubscription_names_the_channel_id_of_this_connection()
    {
        Assert.Equal("""{"event":"unsubscribe","chanId":12}""", decoder.UnsubscribeMessage("book", "tBTCUSD"));
        Assert.Null(decoder.UnsubscribeMessage("book", "tETHUSD"));
        Read("""{"event":"unsubscribed","status":"OK","chanId":12}""");
        Assert.Null(decoder.UnsubscribeMessage("book", "tBTCUSD"));
        Read("""{"event":"subscribed","channel":"book","chanId":15,"symbol":"tBTCUSD","prec":"P0","freq":"F0","len":"250","pair":"BTCUSD"}""");
        Assert.Equal("""{"event":"unsubscribe","chanId":15}""", decoder.UnsubscribeMessage("book", "tBTCUSD"));
    }

    private List<string> Read(string frame)
    {
        var lines = new List<string>();
        decoder.Decode(Encoding.UTF8.GetBytes(frame), new LineSink("", lines));
        return lines;
    }
}
