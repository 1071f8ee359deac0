using System.Text;
using Ingester.Core.Recordings;

namespace Ingester.Tests.Core.Recordings;

public sealed class RestRecordingFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ingester-rest-recording-").FullName;

    [Fact]
    public async Task Both_forms_are_read()
    {
        var path = Write($"-\thttps://host/a?b=1\t{{\"c\":\t1}}\n2.5\tGET https://host/a\t429\tt\tslow down\n3.0\tPOST https://host/b {{\"x\": 1}}\t200\tb\t{Convert.ToBase64String("two\nlines"u8)}\n");
        var responses = await ReadAsync(path);
        Assert.Equal(
            [
                (null, "GET", "https://host/a?b=1", "", 200, "{\"c\":\t1}"),
                (2_500_000, "GET", "https://host/a", "", 429, "slow down"),
                (3_000_000, "POST", "https://host/b", "{\"x\": 1}", 200, "two\nlines"),
            ],
            responses.Select(one => (one.Micros, one.Method, one.Url, one.RequestBody, one.Status, Encoding.UTF8.GetString(one.Body))));
    }

    [Fact]
    public async Task Line_with_the_format_is_no_response() =>
        Assert.Equal("https://host/a", Assert.Single(await ReadAsync(Write("1.0\tformat\t0\tf\t2\n2.5\tGET https://host/a\t200\tt\t{}\n"))).Url);

    [Theory]
    [InlineData("1.0\tformat\t0\tf\t3", "it has format 3, and this version reads formats up to 2: use a newer version")]
    [InlineData("1.0\tformat\t0\tf\tx", "the format is not a number")]
    [InlineData("1.0", "a tab and an address are missing")]
    [InlineData("1.0\thttps://host/a", "a tab and a body are missing")]
    [InlineData("1.0\tGET https://host/a\tOK\tt\tbody", "not an HTTP status")]
    [InlineData("1.0\tGET https://host/a\t200\tx\tbody", "neither t nor b")]
    [InlineData("1.0\tGET https://host/a\t200\tb\t!!!", "not base64")]
    public async Task Line_that_is_no_response_is_named(string line, string problem)
    {
        var error = await Assert.ThrowsAsync<RecordingFileException>(() => ReadAsync(Write($"\n{line}\n")));
        Assert.Contains("line 2: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static async Task<List<RecordedResponse>> ReadAsync(string path)
    {
        var responses = new List<RecordedResponse>();
        await foreach (var response in new RestRecordingFile(path).ReadAsync(CancellationToken.None))
            responses.Add(response);
        return responses;
    }

    private string Write(string text)
    {
        var path = Path.Combine(folder, "a.rest.tsv");
        File.WriteAllText(path, text);
        return path;
    }
}
