using System.Text;
using System.Text.Json;
using CsCheck;
using Ingester.Core.Json;

namespace Ingester.Tests.Core.Json;

public sealed class FrameReaderTests
{
    [Fact]
    public void It_accepts_exactly_the_JSON_that_the_runtime_accepts()
    {
        const string Alphabet = "{}[],:\"\"\"ae01.-+eE\\/ tfn\n";
        string[] seeds = ["""{"a":[1,-2.5e+3,{"b":"\u00e9\n"}],"c":true,"d":null}""", "[[],{}]", "-0.1", "\"x\"", "[false,true]"];
        Gen.Select(Gen.OneOf(seeds), Gen.Select(Gen.Int.NonNegative, Gen.Char[Alphabet]).Array[0, 2]).Sample((seed, changes) =>
        {
            var text = seed.ToCharArray();
            foreach (var (at, letter) in changes)
                text[at % text.Length] = letter;
            var frame = Encoding.UTF8.GetBytes(text);
            Assert.True(TakenByRuntime(frame) == TakenByUs(frame), new string(text));
        }, iter: 50_000);
    }

    [Fact]
    public void A_reader_moves_to_a_property_and_past_the_rest_of_its_object()
    {
        var json = new FrameReader("""{"a":{"data":1},"data":[7],"b":{"data":2}} """u8);
        json.MoveTo("data"u8);
        json.Array();
        Assert.True(json.Element());
        Assert.Equal(7, json.Integer());
        Assert.False(json.Element());
        json.MoveToEnd();
    }

    [Theory]
    [InlineData("""{"a":{"data":1}}""", "The field 'data' is missing (object before byte 16).")]
    [InlineData("""{"data":1}}""", "The frame goes on after its end (byte 10, field 'data').")]
    [InlineData("""{"data":1,"b":}""", "A digit was expected, not '}' (byte 14, field 'b').")]
    public void A_missing_property_or_a_bad_rest_of_the_object_is_refused(string frame, string message)
    {
        var fault = Assert.Throws<JsonException>(() =>
        {
            var json = new FrameReader(Encoding.UTF8.GetBytes(frame));
            json.MoveTo("data"u8);
            json.Skip();
            json.MoveToEnd();
        });
        Assert.Equal(message, fault.Message);
    }

    [Theory]
    [InlineData("""[["1","2"]]""", """[["1","2"]]""")]
    [InlineData("[]", "[]")]
    [InlineData("[ ]", "[]")]
    [InlineData("[\n[\"1.50\" ,\t\"0.00\"]\r,[\"-1\",\"2E+5\",[]]]", """[["1.50","0.00"],["-1","2E+5"]]""")]
    public void Levels_are_canonical_with_the_digits_of_the_frame(string wire, string canonical)
    {
        var json = new FrameReader(Encoding.UTF8.GetBytes(wire));
        Assert.Equal(canonical, Encoding.UTF8.GetString(json.Levels(new LevelWriter())));
        json.ExpectEnd();
    }

    [Fact]
    public void Canonical_levels_are_the_bytes_of_the_frame_itself()
    {
        var frame = """[["68123.45","0.5"],["68123.40","0"]]"""u8.ToArray();
        var json = new FrameReader(frame);
        Assert.True(json.Levels(new LevelWriter()) == frame.AsSpan());
    }

    [Fact]
    public void Scratch_keeps_earlier_levels_when_it_grows()
    {
        var writer = new LevelWriter();
        var parts = new List<(Slice Levels, string Text)>();
        for (var side = 0; side < 50; side++)
        {
            writer.BeginArray();
            for (var level = 0; level < side; level++)
                writer.Add(Encoding.UTF8.GetBytes($"{level}.5"), Encoding.UTF8.GetBytes($"{side}"));
            parts.Add((writer.EndArray(), $"[{string.Join(',', Enumerable.Range(0, side).Select(level => $"""["{level}.5","{side}"]"""))}]"));
        }

        Assert.All(parts, part => Assert.Equal(part.Text, Encoding.UTF8.GetString(writer[part.Levels])));
    }

    [Theory]
    [InlineData("1970-01-01T00:00:00Z", 0)]
    [InlineData("2025-10-25T00:00:00.123456Z", 1_761_350_400_123_456)]
    [InlineData("2025-10-25T00:00:00.1Z", 1_761_350_400_100_000)]
    [InlineData("2025-10-25T00:00:00.123456999Z", 1_761_350_400_123_456)]
    [InlineData("2024-02-29T23:59:59.999999Z", 1_709_251_199_999_999)]
    [InlineData("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999)]
    public void Times_are_truncated_to_microseconds(string text, long micros)
    {
        Assert.True(UtcTime.TryParse(Encoding.UTF8.GetBytes(text), out var read));
        Assert.Equal(micros, read);
    }

    [Fact]
    public void Error_message_contains_the_position_in_the_frame()
    {
        var fault = Assert.Throws<JsonException>(() =>
        {
            var json = new FrameReader("""{"p":"1,5"}"""u8);
            json.Object();
            json.Property(out _);
            json.QuotedDecimal();
        });
        Assert.Equal("A decimal number was expected, not ',' (byte 7, field 'p').", fault.Message);
    }

    private static bool TakenByUs(byte[] frame)
    {
        try
        {
            var json = new FrameReader(frame);
            json.Skip();
            json.ExpectEnd();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool TakenByRuntime(byte[] frame)
    {
        try
        {
            JsonDocument.Parse(frame).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
