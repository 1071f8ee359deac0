using Ingester.Storage.Writing;

namespace Ingester.Storage.Uploads;

/// <summary>Which upload is written first: journals before segments, then in the order in which they were added.</summary>
internal sealed class UploadOrder : IComparer<Upload>
{
    /// <inheritdoc/>
    public int Compare(Upload? left, Upload? right)
    {
        var byKind = (right!.Kind == ObjectKind.Journal).CompareTo(left!.Kind == ObjectKind.Journal);
        return byKind != 0 ? byKind : left.AddedAt.CompareTo(right.AddedAt);
    }
}
