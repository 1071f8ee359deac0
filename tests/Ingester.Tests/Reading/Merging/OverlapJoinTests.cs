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
    public void Fragments_of_one_replica_keep_rows_with_the_same_time()
    {
        IReadOnlyList<LoadedRow> first = [Row('a', 1), Row('b', 2)], second = [Row('c', 2), Row('b', 2), Row('b', 2)], third = [Row('d', 2)], copy = [Row('c', 2)];
        Assert.Equal("abcbbd", Text(OverlapJoin.JoinOfReplica([first, copy, second, third]))); // the copy was stored while the second was held
        Assert.Equal("ab", Text(OverlapJoin.Join([first, second, third]))); // of several replicas they may be the same events
    }

    private static IReadOnlyList<LoadedRow> Rows(string letters) => [.. letters.Select(letter => Row(letter, char.ToLowerInvariant(letter) switch { 'x' => 'a', 'y' => 'b', var known => known }))];

    private static LoadedRow Row(char letter, long micros) => new(Encoding.UTF8.GetBytes($"{letter}"), micros, null);

    private static string Text(IReadOnlyList<LoadedRow> rows) => string.Concat(rows.Select(row => Encoding.UTF8.GetString(row.Line.Span)));
}
