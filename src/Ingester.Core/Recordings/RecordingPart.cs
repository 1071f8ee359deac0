namespace Ingester.Core.Recordings;

/// <summary>The direction of the messages in a file of a recording.</summary>
internal enum RecordingPart : byte
{
    /// <summary>What the exchange sent: <c>*.ws.tsv</c>, <c>*.ws.jsonl</c>, <c>*.wsbin.b64.tsv</c>.</summary>
    Received,

    /// <summary>What the client sent: <c>*.sent.tsv</c>.</summary>
    Sent,
}
