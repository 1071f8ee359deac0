using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ingester.Publishing.DataExchange;

/// <summary>A notification of the subscribers of a data set.</summary>
internal sealed record DataSetNotification
{
    private const int MaxComment = 4096;

    private DataSetNotification(string type, string comment, string token) =>
        (Type, Comment, Token) = (type, comment.Length <= MaxComment ? comment : comment[..(MaxComment - 1)] + "…", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{type} {token}"))));

    /// <summary>The type, with the name of the API.</summary>
    public string Type { get; }

    /// <summary>What the subscribers read, at most 4,096 characters.</summary>
    public string Comment { get; }

    /// <summary>The same notification has the same token, so that the service can drop a repetition: 64 hex digits.</summary>
    public string Token { get; }

    /// <summary>When the data changed; null for a delay.</summary>
    public DateTimeOffset? UpdatedAt { get; private init; }

    /// <summary>A day is late.</summary>
    public static DataSetNotification Delay(DataSource source, DateOnly day) => new(
        "DATA_DELAY",
        string.Create(CultureInfo.InvariantCulture, $"{source.Exchange} {source.Dataset} of {day:yyyy-MM-dd} is late."),
        string.Create(CultureInfo.InvariantCulture, $"{source.DataSet} {day:yyyy-MM-dd}"));

    /// <summary>A day was replaced by a new revision.</summary>
    /// <param name="source">The data source.</param>
    /// <param name="comment">The comment of the new revision, which names the day.</param>
    /// <param name="changes">What changed, in sentences.</param>
    /// <param name="at">When the new revision was published.</param>
    public static DataSetNotification Update(DataSource source, RevisionComment comment, IEnumerable<string> changes, DateTimeOffset at) => new(
        "DATA_UPDATE",
        string.Join(' ', changes.Prepend(string.Create(CultureInfo.InvariantCulture, $"{source.Exchange} {source.Dataset} of {comment.Day:yyyy-MM-dd} was replaced by a new revision."))),
        $"{source.DataSet} {comment}")
    {
        UpdatedAt = at,
    };
}
