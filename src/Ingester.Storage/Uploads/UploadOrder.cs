using Ingester.Storage.Writing;

namespace Ingester.Storage.Uploads;

/// <summary>The order of uploads: journals, then segments and snapshots, then raw capture; each by the time of acceptance.</summary>
internal sealed class UploadOrder : IComparer<Upload>
{
    /// <inheritdoc/>
    public int Compare(Upload? left, Upload? right)
    {
        var byKind = Place(left!.Kind).CompareTo(Place(right!.Kind));
        return byKind != 0 ? byKind : left.AddedAt.CompareTo(right.AddedAt);
    }

    private static int Place(ObjectKind kind) => kind switch
    {
        ObjectKind.Journal => 0,
        ObjectKind.Raw => 2,
        _ => 1,
    };
}
