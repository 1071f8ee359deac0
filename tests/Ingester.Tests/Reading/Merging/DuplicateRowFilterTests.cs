using System.Text;
using Ingester.Core.Time;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;

namespace Ingester.Tests.Reading.Merging;

/// <summary>Rows without sequence ids that are stored in two windows.</summary>
public sealed class DuplicateRowFilterTests
{
    private const long Minute = Window.MicrosPerMinute;
    private const string Mark = ",\"time\":\"out-of-order\"";

    private readonly DuplicateRowFilter filter = new();

    [Theory]
    [InlineData("a", "a", true, 0)] // two connections of one replica around a handover
    [InlineData("a", "a", false, 1)] // two equal events
    [InlineData("a", "b", true, 0)]
    [InlineData("a", "b", false, 0)] // the other replica closed its window earlier
    public void Late_row_that_equals_one_of_the_window_before_is(string first, string second, bool isWhole, int returned)
    {
        Assert.Equal(2, Filter(0, first, isWhole, Row(Minute - 2, "1"), Row(Minute - 1, "2")));
        Assert.Equal(returned + 1, Filter(1, second, false, Row(Minute - 1, "2", Mark), Row(Minute + 1, "3")));
    }

    [Fact]
    public void Late_row_that_no_row_of_the_whole_window_before_equals_is_returned()
    {
        Assert.Equal(1, Filter(0, "a", true, Row(Minute - 1, "2")));
        Assert.Equal(2, Filter(1, "a", false, Row(Minute - 1, "2", Mark), Row(Minute - 1, "2", Mark)) + Filter(2, "a", false, Row(Minute - 1, "2", Mark)));
    }

    private static LoadedRow Row(long micros, string size, string mark = "") =>
        new(Encoding.UTF8.GetBytes($$"""{"ts":{{micros}},"bids":[["1","{{size}}"]],"asks":[]{{mark}}}"""), micros, null);

    private int Filter(int minute, string writer, bool isWhole, params LoadedRow[] rows)
    {
        var count = filter.Filter(rows, new(minute * Minute, 1), isWhole, [writer]).Count();
        filter.StartNextWindow();
        return count;
    }
}
