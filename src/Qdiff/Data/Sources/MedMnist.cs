namespace Qdiff;

/// <summary>The flat data sets of MedMNIST with one label an image: medical images of 28×28 in NumPy's .npz files.</summary>
/// <remarks>
/// Yang, Shi, Wei et al. 2023, "MedMNIST v2", doi 10.1038/s41597-022-01721-8. CC BY 4.0; dermamnist CC BY-NC 4.0.
/// </remarks>
public static class MedMnist
{
    const string Record = "https://zenodo.org/records/10519652";

    static readonly string[] s_organs =
    [
        "bladder", "femur-left", "femur-right", "heart", "kidney-left", "kidney-right", "liver", "lung-left", "lung-right",
        "pancreas", "spleen",
    ];

    /// <summary>PathMNIST: nine kinds of tissue of the bowel, in colour.</summary>
    public static DataSource PathMnist { get; } = Row("pathmnist", "107,180 pieces of bowel tissue, 28×28 colour, 9 classes",
        "a8b06965200029087d5bd730944a56c1",
        [
            "adipose", "background", "debris", "lymphocytes", "mucus", "smooth muscle", "normal colon mucosa",
            "cancer-associated stroma", "colorectal adenocarcinoma epithelium",
        ], channels: 3, length: 205_615_438);

    /// <summary>The rows of the catalogue.</summary>
    public static IReadOnlyList<DataSource> Sources { get; } =
    [
        PathMnist,
        Row("dermamnist", "10,015 marks of the skin, 28×28 colour, 7 classes", "0744692d530f8e62ec473284d019b0c7",
        [
            "actinic keratoses and intraepithelial carcinoma", "basal cell carcinoma", "benign keratosis-like lesions",
            "dermatofibroma", "melanoma", "melanocytic nevi", "vascular lesions",
        ], channels: 3),
        Row("octmnist", "109,309 tomographies of the retina, 28×28 grey, 4 classes", "c68d92d5b585d8d81f7112f81e2d0842",
            ["choroidal neovascularization", "diabetic macular edema", "drusen", "normal"]),
        Row("pneumoniamnist", "5,856 X-rays of children's lungs, 28×28 grey, 2 classes", "28209eda62fecd6e6a2d98b1501bb15f",
            ["normal", "pneumonia"]),
        Row("retinamnist", "1,600 photographs of the retina, 28×28 colour, 5 grades", "bd4c0672f1bba3e3a89f0e4e876791e4",
            ["0", "1", "2", "3", "4"], channels: 3),
        Row("breastmnist", "780 ultrasound images of the breast, 28×28 grey, 2 classes", "750601b1f35ba3300ea97c75c52ff8f6",
            ["malignant", "normal, benign"]),
        Row("bloodmnist", "17,092 cells of the blood, 28×28 colour, 8 classes", "7053d0359d879ad8a5505303e11de1dc",
        [
            "basophil", "eosinophil", "erythroblast", "immature granulocytes", "lymphocyte", "monocyte", "neutrophil", "platelet",
        ], channels: 3),
        Row("tissuemnist", "236,386 cells of the kidney, 28×28 grey, 8 classes", "ebe78ee8b05294063de985d821c1c34b",
        [
            "Collecting Duct, Connecting Tubule", "Distal Convoluted Tubule", "Glomerular endothelial cells",
            "Interstitial endothelial cells", "Leukocytes", "Podocytes", "Proximal Tubule Segments",
            "Thick Ascending Limb",
        ]),
        Row("organamnist", "58,830 slices of organs from above, 28×28 grey, 11 classes", "68e3f8846a6bd62f0c9bf841c0d9eacc",
            s_organs),
        Row("organcmnist", "23,583 slices of organs from the front, 28×28 grey, 11 classes", "b9ceb9546e10131b32923c5bbeaea2b1",
            s_organs),
        Row("organsmnist", "25,211 slices of organs from the side, 28×28 grey, 11 classes", "9ab87b696fb54e2a387ebe992d6ed5f1",
            s_organs),
    ];

    static DataSource Row(string name, string summary, string md5, string[] classNames, int channels = 1,
        long? length = null)
    {
        string obtain = $"Fetch {name}.npz from {Record} and put it there as it is.";
        return new(name, summary, obtain, [Split.Train, Split.Validation, Split.Test],
            (folder, split) => MedMnistFile.Load(FileIn(folder, name, obtain), split, name, classNames))
        {
            Image = new(channels, 28, 28),
            Licence = $"MedMNIST, {(name == "dermamnist" ? "CC BY-NC 4.0" : "CC BY 4.0")}",
            Files = [new($"{name}.npz", length, $"md5:{md5}",
                [$"{Record}/files/{name}.npz?download=1", $"https://zenodo.org/api/records/10519652/files/{name}.npz/content"])],
        };
    }

    /// <summary>
    /// The file of the official name, or the only .npz file of the folder (such as pathmnist_64.npz); the folder may also be a
    /// file itself.
    /// </summary>
    static string FileIn(string folder, string name, string obtain)
    {
        string path = Path.Combine(folder, $"{name}.npz");
        if (File.Exists(folder) || File.Exists(path)) return File.Exists(folder) ? folder : path;
        if (!Directory.Exists(folder))
            throw new InputException($"The folder {Path.GetFullPath(folder)} does not exist. {obtain}");
        string[] archives = [.. DataFolder.Files(folder).Select(file => file.Path)
            .Where(file => file.EndsWith(".npz", StringComparison.OrdinalIgnoreCase))];
        return archives is [string only] ? only
            : throw new InputException($"The folder {Path.GetFullPath(folder)} has no {name}.npz. "
                + (archives.Length == 0 ? obtain
                : $"It has {string.Join(", ", archives.Select(DataFolder.NameOf))}; name one of them as the folder."));
    }
}
