using System.Text;
using Ingester.Testing;

namespace Ingester.Tests.Exchanges;

/// <summary>Recordings are read in the raw form, as a check writes it, and in the short form.</summary>
public sealed class RecordedSessionTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ingester-recorded-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Raw_form_has_messages_with_their_connections_and_no_other_lines() => Assert.Equal(
        [(1, false, "{\"a\":\t1}"), (2, true, "{}")],
        Read("1.000000\t1\to\twss://x\n1.000000\t1\ts\t{}\n1.500000\t1\tt\t{\"a\":\t1}\n2.000000\t2\tb\te30=\n3.000000\t1\tc\tClosed.\n"));

    [Fact]
    public void Short_form_is_one_connection() => Assert.Equal([(0, false, "{\"a\":\t1}"), (0, false, "[]")], Read("1.5\t{\"a\":\t1}\n2\t[]\n"));

    private IEnumerable<(long Connection, bool IsBinary, string Text)> Read(string content)
    {
        var path = Path.Combine(folder, "x.ws.tsv");
        File.WriteAllText(path, content);
        return [.. new RecordedSession("x", path).Messages().Select(message => (message.Connection, message.IsBinary, Encoding.UTF8.GetString(message.Bytes)))];
    }
}
