using System.Text;
using System.Text.RegularExpressions;
using Ingester.Core.Json;

namespace Ingester.Tests.Exchanges;

/// <summary>What is looked for several bytes at a time, held to what is found one by one.</summary>
public sealed class FrameShortcutTests
{
    private const int LongestName = 40;

    private static readonly byte[] Levels = Encoding.UTF8.GetBytes("""[["76718.84000000","0.00000000"],["1","12345678901234567890.5"],["0.5","2"]]""");

    [Fact]
    public void A_name_ends_at_the_first_byte_that_is_no_letter_or_digit_at_any_position()
    {
        for (var length = 0; length <= LongestName; length++)
            for (var stop = 0; stop <= byte.MaxValue; stop++)
                foreach (var rest in (int[])[0, 1, 30])
                {
                    byte[] frame = [.. Enumerable.Range(0, length).Select(index => (byte)"azAZ09mM5"[index % 9]), (byte)stop, .. Enumerable.Repeat((byte)'b', rest)];
                    var end = Array.FindIndex(frame, each => !char.IsAsciiLetterOrDigit((char)each));
                    var reader = new FrameReader(frame);
                    var accepted = reader.TryAlphanumeric((byte)stop, out var name);
                    Assert.Equal(end == length && length > 0, accepted);
                    if (accepted)
                        Assert.Equal(frame[..length], name.ToArray());
                }
    }

    [Fact]
    public void Truncated_levels_are_rejected()
    {
        Assert.Equal(Levels.Length, LevelScan.FindEnd(Levels, 0));
        for (var length = 0; length < Levels.Length; length++)
            Assert.Equal(-1, LevelScan.FindEnd(Levels.AsSpan(0, length), 0));
        Assert.Equal(-1, LevelScan.FindEnd(Levels, Levels.Length));
        Assert.Equal(-1, LevelScan.FindEnd(Levels, Levels.Length + 1));
    }

    [Fact]
    public void Levels_with_one_changed_byte_are_accepted_only_as_plain_decimals()
    {
        for (var place = 0; place < Levels.Length; place++)
            for (var other = 0; other <= byte.MaxValue; other++)
            {
                byte[] changed = [.. Levels];
                changed[place] = (byte)other;
                Assert.Equal(End(changed), LevelScan.FindEnd(changed, 0));
            }
    }

    /// <summary>By a grammar: levels up to the first place where they may end.</summary>
    private static int End(byte[] text)
    {
        var match = Regex.Match(Encoding.Latin1.GetString(text),
            """\A(\[\]|\[\["[0-9]+(\.[0-9]+)?","[0-9]+(\.[0-9]+)?"\](,\["[0-9]+(\.[0-9]+)?","[0-9]+(\.[0-9]+)?"\])*\])""");
        return match.Success ? match.Length : -1;
    }
}
