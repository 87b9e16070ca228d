/** Added to the bundler's rules: the example notebooks travel beside the bundle as they are. */
module.exports = {
  module: {
    rules: [{ test: /\.ipynb$/, type: 'asset/resource', generator: { filename: 'examples/[name][ext]' } }]
  }
};
