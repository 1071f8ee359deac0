using System.Text;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;

namespace Ingester.Tests.Reading.Merging;

public sealed class OverlapJoinTests
{
    [Theory]
    [InlineData("abcdef", "defgh", "abcdefgh")] // three equal rows join
    [InlineData("abcdef", "abcdef", "abcdef")]
    [InlineData("abcdef", "bcd", "abcdef")]
    [InlineData("abc", "def", "abcdef")] // nothing in common: what is later follows
    [InlineData("abcdef", "fgh", "abcdefgh")] // too short to be certain, the time decides
    [InlineData("aXYc", "bcd", "aXYcd")] // they differ: the first run stays as it is
    public void Overlapping_runs_are_joined(string one, string other, string joined)
    {
        Assert.Equal(joined, Text(OverlapJoin.Join([Rows(one), Rows(other)])));
        Assert.Equal(joined, Text(OverlapJoin.Join([Rows(other), Rows(one)])));
    }

    [Fact]
    public void Runs_with_more_than_one_possible_overlap_are_not_joined()
    {
        IReadOnlyList<LoadedRow> run = [.. Enumerable.Repeat(Row('q', 5), 4)];
        Assert.Equal(4, OverlapJoin.Join([run, run]).Count);
        IReadOnlyList<LoadedRow> longer = [.. run, Row('z', 9)];
        Assert.Equal("qqqqz", Text(OverlapJoin.Join([run, longer])));
    }

    [Fact]
    public void Different_rows_with_the_last_time_are_kept_in_the_given_order()
    {
        IReadOnlyList<LoadedRow> first = [Row('a', 1), Row('b', 2)], second = [Row('c', 2), Row('b', 2)], third = [Row('d', 2)], fourth = [Row('e', 2), Row('f', 3), Row('g', 3)];
        Assert.Equal("abcdefg", Text(OverlapJoin.Join([fourth, first, second, third])));
        Assert.Equal("abdcefg", Text(OverlapJoin.Join([third, second, first, fourth])));
    }

    private static IReadOnlyList<LoadedRow> Rows(string letters) => [.. letters.Select(letter => Row(letter, char.ToLowerInvariant(letter) switch { 'x' => 'a', 'y' => 'b', var known => known }))];

    private static LoadedRow Row(char letter, long micros) => new(Encoding.UTF8.GetBytes($"{letter}"), micros, null);

    private static string Text(IReadOnlyList<LoadedRow> rows) => string.Concat(rows.Select(row => Encoding.UTF8.GetString(row.Line.Span)));
}
